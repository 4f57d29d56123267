/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's harness, for kernels that differ in speed: what limits a test to
 * so many seconds is multiplied by $TIME_FACTOR, which run/test.sh sets.
 */
#ifndef __PATHWARD_KSELFTEST_HARNESS_H__
#define __PATHWARD_KSELFTEST_HARNESS_H__

#include <stdlib.h>
#include <unistd.h>

/* How much longer things may take on this kernel than on a plain one */
static inline unsigned int time_factor(void)
{
	const char *factor = getenv("TIME_FACTOR");

	return factor ? atoi(factor) : 1;
}

#define alarm(seconds) alarm((seconds)*time_factor())
#include <selftests/kselftest_harness.h>
#undef alarm

#endif
