/* SPDX-License-Identifier: GPL-2.0-only */
/* Renames and the like at the moments when a walk or a lookup waits for them. */
#ifndef __DISTURB_H__
#define __DISTURB_H__

#include <linux/types.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/*
 * A thread that renames or does something else whenever a walk waits, then lets it go on. The
 * walk waits busily: the thread that begins this, and what it forks, stays on
 * its processor until the end, and this thread has the others.
 *
 * What is public may be changed while no walk goes on.
 */
struct disturber {
	__u32 *waiting, *go; /* see disturb_program() */
	int from_dir, to_dir; /* as for renameat() */
	const char *from, *to;
	void (*act)(struct disturber *disturber); /* instead of that rename */
	/* private: */
	pthread_t thread;
	pthread_mutex_t watching; /* .waiting and .go belong together */
	cpu_set_t cpus;
	int times;
	bool stop;
};

/* Dies on error, and so does the thread. */
void disturb_begin(struct disturber *disturber);
void disturb_end(struct disturber *disturber);

/*
 * Another program is going to wait, see disturb.bpf.h. Before disturb_begin(), set
 * .waiting and .go instead.
 */
void disturb_program(struct disturber *disturber, __u32 *waiting, __u32 *go);

/* After a walk: how often it has been disturbed */
int disturb_times(struct disturber *disturber);

#endif
