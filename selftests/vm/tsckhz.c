// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the rate of the time stamp counter in kHz. A guest under plain TCG sees
 * the host's counter. If it is told the rate, it need not time the counter
 * against an emulated PIT, which fails on a busy host and leaves a clock of 4
 * ms.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define SPAN_NS 20000000
#define TRIES 16

struct sample {
	uint64_t tsc;
	uint64_t ns;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/* Read both clocks at the same time: use the fastest of several tries. */
static struct sample take_sample(void)
{
	uint64_t before, after, best = UINT64_MAX;
	struct sample sample = {};

	for (int i = 0; i < TRIES; i++) {
		uint64_t ns;

		before = __rdtsc();
		ns = now_ns();
		after = __rdtsc();
		if (after - before >= best)
			continue;
		best = after - before;
		sample.tsc = before + best / 2;
		sample.ns = ns;
	}
	return sample;
}

int main(void)
{
	struct timespec span = { .tv_nsec = SPAN_NS };
	struct sample first, last;

	first = take_sample();
	nanosleep(&span, NULL);
	last = take_sample();
	printf("%llu\n", (unsigned long long)((last.tsc - first.tsc) * 1000000 /
					      (last.ns - first.ns)));
	return 0;
}
