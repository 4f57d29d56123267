/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __TIME_FACTOR_H__
#define __TIME_FACTOR_H__

#include <stdlib.h>

/*
 * How many times longer things may take on this kernel than on a plain one:
 * $TIME_FACTOR, which run/test.sh sets.
 */
static inline unsigned int time_factor(void)
{
	const char *factor = getenv("TIME_FACTOR");

	return factor ? atoi(factor) : 1;
}

#endif
