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

/*
 * How many seconds a race may take to come to its numbers of walks and of what
 * the controls find. This is no measure of anything: it ends what would hang.
 */
#define HANG_SECONDS 1200

/* A race has fewer walks where each of them takes longer, but one at least. */
static inline unsigned int fewer(unsigned int walks)
{
	return (walks + time_factor() - 1) / time_factor();
}

#define alarm(seconds) alarm((seconds)*time_factor())
#include_next <kselftest_harness.h>
#undef alarm

#endif
