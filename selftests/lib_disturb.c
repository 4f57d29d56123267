// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "disturb.h"

static void run_on(const cpu_set_t *cpus)
{
	if (sched_setaffinity(0, sizeof(*cpus), cpus))
		err(1, "a second processor is needed");
}

static void disturb(struct disturber *d)
{
	if (renameat(d->from_dir, d->from, d->to_dir, d->to))
		err(1, "rename %s to %s", d->from, d->to);
	d->done = true;
	__atomic_store_n(d->go, 1, __ATOMIC_RELEASE);
}

static void *disturber_thread(void *arg)
{
	struct disturber *d = arg;

	run_on(&d->others);
	while (!__atomic_load_n(&d->stop, __ATOMIC_ACQUIRE)) {
		if (!__atomic_load_n(&d->done, __ATOMIC_ACQUIRE) &&
		    __atomic_load_n(d->waiting, __ATOMIC_ACQUIRE))
			disturb(d);
	}
	return NULL;
}

void disturb_begin(struct disturber *d)
{
	cpu_set_t mine;

	*d->waiting = 0;
	*d->go = 0;
	d->done = d->stop = false;
	if (sched_getaffinity(0, sizeof(d->cpus), &d->cpus))
		err(1, "sched_getaffinity");
	CPU_ZERO(&mine);
	CPU_SET(sched_getcpu(), &mine);
	run_on(&mine);
	memset(&d->others, 0xff, sizeof(d->others));
	CPU_XOR(&d->others, &d->others, &mine);
	if (pthread_create(&d->thread, NULL, disturber_thread, d))
		errx(1, "pthread_create");
}

void disturb_end(struct disturber *d)
{
	__atomic_store_n(&d->stop, true, __ATOMIC_RELEASE);
	if (pthread_join(d->thread, NULL))
		errx(1, "pthread_join");
	run_on(&d->cpus);
}

bool disturb_happened(struct disturber *d)
{
	bool done = d->done;

	*d->waiting = 0;
	*d->go = 0;
	__atomic_store_n(&d->done, false, __ATOMIC_RELEASE);
	return done;
}
