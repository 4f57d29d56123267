// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <time.h>

#include "race.h"

static bool race_is_over;

unsigned int fewer(unsigned int walks)
{
	return (walks + time_factor() - 1) / time_factor();
}

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

double race_end(void)
{
	return now() + HANG_SECONDS * time_factor();
}

bool stopped(void)
{
	return __atomic_load_n(&race_is_over, __ATOMIC_RELAXED);
}

void stop_race(void)
{
	__atomic_store_n(&race_is_over, true, __ATOMIC_RELAXED);
}

void must(int ret, const char *what)
{
	if (ret)
		err(1, "%s", what);
}
