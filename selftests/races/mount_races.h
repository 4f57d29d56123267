/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by mount_races.bpf.c and mount_races.c. */
#ifndef __MOUNT_RACES_H__
#define __MOUNT_RACES_H__

#include "ancestors.h"

/* Walks at each open: the last one is held up, the others are not */
#define BATCH 16

#define FREELY (~0ULL) /* .until: no walk is held up */

/* Those with FS_ROOT are odd. */
enum walker {
	RCU,
	RCU_FS_ROOT,
	PINNED,
	PINNED_FS_ROOT,
	CHASE, /* control: unlocked, in BPF */
	REFWALK, /* control: step by step with references, in user space */
	WALKERS,
};

struct tally {
	__u64 walks;
	__u64 slow; /* locked passes */
	__u64 restarts; /* NULLs */
	__u64 impossible; /* chains that never existed */
	__u64 errors;
};

/* How far the adversary goes while a walk is held up: often not at all */
static inline __attribute__((always_inline)) __u32 some_moves(__u32 random,
							      __u32 most)
{
	random %= 2 * most + 1;
	return random <= most ? random : 0;
}

/* The chains that exist, as told by add_to_chain() */
#define CHAINS_MAX 16

struct chains {
	__u64 chain[CHAINS_MAX];
};

static inline __attribute__((always_inline)) __u64 mix(__u64 hash, __u64 value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* A chain is told by a hash over all that is shown of it, in this order. */
static inline __attribute__((always_inline)) __u64
add_to_chain(__u64 chain, const struct seen *seen, bool with_mount)
{
	chain = mix(mix(chain, seen->dev), seen->ino);
	return with_mount ? mix(chain, seen->mnt_id) : chain;
}

static inline __attribute__((always_inline)) bool
exists(const struct chains *chains, __u64 chain)
{
	for (int i = 0; i < CHAINS_MAX; i++) {
		if (chain && chains->chain[i] == chain)
			return true;
	}
	return false;
}

#endif
