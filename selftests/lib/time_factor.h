/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __TIME_FACTOR_H__
#define __TIME_FACTOR_H__

#include <stdlib.h>

/*
 * Return the factor by which this kernel may be slower than a plain one:
 * $TIME_FACTOR, which run/test.sh sets, or 1.
 */
static inline unsigned int time_factor(void)
{
	const char *factor = getenv("TIME_FACTOR");

	return factor ? atoi(factor) : 1;
}

#endif
