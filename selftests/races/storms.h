/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by storms.bpf.c and storms.c. */
#ifndef __STORMS_H__
#define __STORMS_H__

/* Walks of each kind at each open, and how many of them are held up */
#define BATCH 32
#define HELD_UP 12

/* Lengths of the chains that are walked, by the test */
#define LENGTHS 4

enum kind { RCU, PINNED, KINDS };

struct tally {
	__u64 walks;
	__u64 slow; /* those that have come to the locked pass */
	__u64 restarts; /* NULLs */
	__u64 stale; /* -ESTALE */
	__u64 errors; /* others */
	__u64 wrong; /* lengths that the chain never has */
	__u64 in_a_row; /* walks that are disturbed */
	/* The most of one walk */
	__u64 passes_max; /* the fast one, and locked ones */
	__u64 gathers_max; /* parts of passes: one array full each */
	__u64 calls_max; /* of the callback */
	__u64 in_a_row_max;
};

#endif
