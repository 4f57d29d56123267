/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races: one thread looks, others are its adversaries until it has seen enough.
 * They end by numbers: of walks, and of the times that the controls were caught.
 */
#ifndef __RACE_H__
#define __RACE_H__

#include <stdbool.h>

#include "time_factor.h"

/*
 * How many seconds a race may take to come to its numbers. This is no measure of
 * anything: it ends a race that would hang.
 */
#define HANG_SECONDS 1200

/* For TEST_F_TIMEOUT(), with @races one after the other, and their ends */
#define RACE_TIMEOUT(races) ((races)*HANG_SECONDS + 120)

/* @walks, or fewer where each of them takes longer, but one at least */
unsigned int fewer(unsigned int walks);

/* The time in seconds, since some moment before the test */
double now(void);

/* The time after which a race that begins now is considered to hang */
double race_end(void);

/* For the adversaries: true once they have to stop */
bool stopped(void);

/* Make them stop. */
void stop_race(void);

/* End the program with a message, unless @ret is 0. */
void must(int ret, const char *what);

#endif
