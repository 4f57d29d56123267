/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STATUS_H
#define STATUS_H

/* Prints what is loaded; returns an exit code. */
int status(void);

#endif
