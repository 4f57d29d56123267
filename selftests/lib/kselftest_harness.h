/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's harness, for kernels that differ in speed: what limits a test to
 * so many seconds is multiplied by $TIME_FACTOR, which run.sh sets.
 */
#ifndef __PATHWARD_KSELFTEST_HARNESS_H__
#define __PATHWARD_KSELFTEST_HARNESS_H__

#include <stdlib.h>
#include <unistd.h>

/* How much longer than on the base kernel things may take on this one */
static inline unsigned int time_factor(void)
{
	const char *factor = getenv("TIME_FACTOR");

	return factor ? atoi(factor) : 1;
}

#define alarm(seconds) alarm((seconds)*time_factor())
#include_next <kselftest_harness.h>
#undef alarm

#endif
