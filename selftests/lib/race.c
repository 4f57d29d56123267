/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races: one thread looks, others are its adversaries until it has seen enough. They
 * end by numbers, of what has been looked at and of what the controls have found.
 */
#ifndef __RACE_H__
#define __RACE_H__

#include <err.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "kselftest_harness.h"

/*
 * How many seconds a race may take to come to its numbers. This is no measure of
 * anything: it ends what would hang.
 */
#define HANG_SECONDS 1200

/* For TEST_F_TIMEOUT(), with @races one after the other, and what comes after */
#define RACE_TIMEOUT(races) ((races)*HANG_SECONDS + 120)

/* A race has fewer walks where each of them takes longer, but one at least. */
static inline unsigned int fewer(unsigned int walks)
{
	return (walks + time_factor() - 1) / time_factor();
}

/* In seconds, from whenever */
static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* When a race that begins now hangs */
static inline double race_end(void)
{
	return now() + HANG_SECONDS * time_factor();
}

static bool race_is_over;

/* For the adversaries: do they have to stop? */
static inline bool stopped(void)
{
	return __atomic_load_n(&race_is_over, __ATOMIC_RELAXED);
}

/* Tells them. */
static inline void stop_race(void)
{
	__atomic_store_n(&race_is_over, true, __ATOMIC_RELAXED);
}

static inline void must(int ret, const char *what)
{
	if (ret)
		err(1, "%s", what);
}

#endif
