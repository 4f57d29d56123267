/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STATUS_H
#define STATUS_H

#include "error.h"

/* Prints what is loaded; returns an exit code. */
enum exit_code status(void);

#endif
