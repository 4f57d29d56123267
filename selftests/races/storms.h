/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions shared by storms.bpf.c and storms.c */
#ifndef __STORMS_H__
#define __STORMS_H__

/* Walks of each kind at each open, and the number of them that are held up */
#define BATCH 32
#define HELD_UP 12

/* The number of chains of different lengths that the test walks */
#define LENGTHS 4

enum kind { RCU, PINNED, KINDS };

struct tally {
	__u64 walks;
	__u64 slow; /* walks with a locked pass */
	__u64 restarts; /* NULLs shown */
	__u64 stale; /* -ESTALE */
	__u64 errors; /* other errors */
	__u64 wrong; /* walks of a length that the chain never has */
	__u64 in_a_row; /* disturbed walks in a row, up to the latest */
	/* The maxima of one walk */
	__u64 passes_max; /* the fast pass and the locked ones */
	__u64 gathers_max; /* parts of passes, each of which fills one array */
	__u64 calls_max; /* calls of the callback */
	__u64 in_a_row_max;
};

#endif
