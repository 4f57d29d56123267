/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_H
#define COUNTERS_H

#include "pathward.h"

/* The sum of map "counters", @fd, over @cpus processors. Returns 0 or -errno. */
int counters_read(int fd, unsigned int cpus, struct pathward_counters *sum);

#endif
