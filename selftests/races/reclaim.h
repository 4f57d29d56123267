/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by reclaim.bpf.c and the tests that use it. */
#ifndef __RECLAIM_H__
#define __RECLAIM_H__

#include "ancestors.h"

enum walker {
	WALK_RCU,
	WALK_PINNED,
	CHASE, /* from d_parent to d_parent, without a lock */
	NR_WALKERS, /* at most 4 */
};

struct answer {
	__s64 ret;
	__u64 nr; /* ancestors shown */
	struct seen seen[SEEN_MAX];
};

#endif
