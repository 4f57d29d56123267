/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STATUS_H
#define STATUS_H

#include "pathward.h"

/* Prints what is loaded; returns an exit code. */
int status(void);

/* The sum over all processors, 0 or -errno */
int counters_read(int fd, unsigned int cpus, struct pathward_counters *sum);

#endif
