/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions shared by reclaim.bpf.c and the tests that use it */
#ifndef __RECLAIM_H__
#define __RECLAIM_H__

#include "ancestors.h"

enum walker {
	WALK_RCU,
	WALK_PINNED,
	CHASE, /* follows d_parent without a lock */
	NR_WALKERS, /* at most 4 */
};

struct answer {
	__s64 ret;
	__u64 nr; /* number of ancestors shown */
	struct seen seen[SEEN_MAX];
};

#endif
