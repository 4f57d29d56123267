/* SPDX-License-Identifier: GPL-2.0-only */
/* Run renames and the like exactly when a walk or a lookup waits for them. */
#ifndef __DISTURB_H__
#define __DISTURB_H__

#include <linux/types.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/*
 * A thread that renames or does something else whenever a walk waits, then lets
 * it go on. The walk waits busily. The thread that calls disturb_begin(), and
 * its children, therefore stay on its processor until disturb_end(), and the
 * new thread has the others.
 *
 * The public fields may be changed while no walk runs.
 */
struct disturber {
	__u32 *waiting, *go; /* see disturb_program() */
	int from_dir, to_dir; /* directories, as for renameat() */
	const char *from, *to;
	/* called instead of the rename */
	void (*act)(struct disturber *disturber);
	/* private: */
	pthread_t thread;
	/* protects .waiting and .go, which belong together */
	pthread_mutex_t watching;
	cpu_set_t cpus;
	int times;
	bool stop;
};

/* Start and stop the thread. Both functions, and the thread, die on error. */
void disturb_begin(struct disturber *disturber);
void disturb_end(struct disturber *disturber);

/*
 * Disturb another program, see disturb.bpf.h. Before disturb_begin(), set
 * .waiting and .go instead.
 */
void disturb_program(struct disturber *disturber, __u32 *waiting, __u32 *go);

/* Return the number of disturbances since the last call, or the beginning. */
int disturb_times(struct disturber *disturber);

#endif
