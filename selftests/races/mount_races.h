/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions shared by mount_races.bpf.c and mount_races.c */
#ifndef __MOUNT_RACES_H__
#define __MOUNT_RACES_H__

#include "ancestors.h"

/* Walks at each open, of which only the last one is held up */
#define BATCH 16

#define FREELY (~0ULL) /* value of .until while no walk is held up */

/* The walkers with FS_ROOT have odd numbers. */
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
	__u64 slow; /* walks with a locked pass */
	__u64 restarts; /* NULLs shown */
	__u64 impossible; /* chains that never existed */
	__u64 errors;
};

/*
 * Return the number of moves that the adversary makes while a walk is held up:
 * at most @most, and often 0.
 */
static inline __attribute__((always_inline)) __u32 some_moves(__u32 random,
							      __u32 most)
{
	random %= 2 * most + 1;
	return random <= most ? random : 0;
}

/* The hashes of the chains that exist, see add_to_chain() */
#define CHAINS_MAX 16

struct chains {
	__u64 chain[CHAINS_MAX];
};

static inline __attribute__((always_inline)) __u64 mix(__u64 hash, __u64 value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* Add a place to the hash of a chain, which covers all places in order. */
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
