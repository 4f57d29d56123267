/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races: one thread looks, and others are its adversaries until it has seen
 * enough. A race ends after a number of walks and of times that the controls
 * were caught.
 */
#ifndef __RACE_H__
#define __RACE_H__

#include <stdbool.h>

#include "time_factor.h"

/*
 * The seconds that a race may take to reach its numbers. This is no measure of
 * anything: it ends a race that would hang.
 */
#define HANG_SECONDS 1200

/* The timeout for TEST_F_TIMEOUT() with @races races, one after the other */
#define RACE_TIMEOUT(races) ((races)*HANG_SECONDS + 120)

/* Return @walks, or fewer where each of them takes longer, but at least one. */
unsigned int fewer(unsigned int walks);

/* Return the time in seconds since some moment before the test. */
double now(void);

/* Return the time after which a race that begins now is considered to hang. */
double race_end(void);

/* Return whether the adversaries have to stop. */
bool stopped(void);

/* Make the adversaries stop. */
void stop_race(void);

/* End the program with a message and errno, unless @ret is 0. */
void must(int ret, const char *what);

#endif
