// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "disturb.h"

static void run_on(const cpu_set_t *cpus)
{
	if (sched_setaffinity(0, sizeof(*cpus), cpus))
		err(1, "sched_setaffinity");
}

static void disturb(struct disturber *d)
{
	if (d->act)
		d->act(d);
	else if (renameat(d->from_dir, d->from, d->to_dir, d->to))
		err(1, "rename %s to %s", d->from, d->to);
	d->times++;
	__atomic_fetch_add(d->go, 1, __ATOMIC_RELEASE);
}

static void *disturber_thread(void *arg)
{
	struct disturber *d = arg;

	while (!__atomic_load_n(&d->stop, __ATOMIC_ACQUIRE)) {
		pthread_mutex_lock(&d->watching);
		if (__atomic_load_n(d->waiting, __ATOMIC_ACQUIRE) != *d->go)
			disturb(d);
		pthread_mutex_unlock(&d->watching);
	}
	return NULL;
}

void disturb_begin(struct disturber *d)
{
	cpu_set_t mine, others;
	pthread_attr_t attr;

	d->times = 0;
	d->stop = false;
	pthread_mutex_init(&d->watching, NULL);
	if (sched_getaffinity(0, sizeof(d->cpus), &d->cpus))
		err(1, "sched_getaffinity");
	CPU_ZERO(&mine);
	CPU_SET(sched_getcpu(), &mine);
	run_on(&mine);
	memset(&others, 0xff, sizeof(others));
	CPU_XOR(&others, &others, &mine);
	/* set it at creation: on the CPU of a waiting walk it never starts */
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(others), &others);
	if (pthread_create(&d->thread, &attr, disturber_thread, d))
		errx(1, "no thread on another processor");
	pthread_attr_destroy(&attr);
}

void disturb_end(struct disturber *d)
{
	__atomic_store_n(&d->stop, true, __ATOMIC_RELEASE);
	if (pthread_join(d->thread, NULL))
		errx(1, "pthread_join");
	run_on(&d->cpus);
}

void disturb_program(struct disturber *d, __u32 *waiting, __u32 *go)
{
	pthread_mutex_lock(&d->watching);
	d->waiting = waiting;
	d->go = go;
	pthread_mutex_unlock(&d->watching);
}

int disturb_times(struct disturber *d)
{
	int times = d->times;

	d->times = 0;
	return times;
}
