/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks while an adversary makes dentries and inodes go and come again. The
 * report of each walker of reclaim.bpf.c is compared with the possible chains.
 */
#ifndef __RECLAIM_RACE_H__
#define __RECLAIM_RACE_H__

#include <stdbool.h>

#include "levels.h"
#include "reclaim.h"
#include "reclaim.skel.h"

/*
 * A chain, with another place that can be at one of its levels, and a level
 * that can have any inode. Level 0 stands for no level, as the start is known.
 */
struct chain {
	struct seen want[SEEN_MAX];
	int nr;
	struct seen other;
	int other_at, any_at;
};

/* The largest depth of left and right */
#define DEEP MORE_THAN_A_WINDOW

/* The directories that the adversary works in, O_PATH, see make_sides() */
extern int left, right;

struct race {
	struct reclaim_bpf *skel;
	struct reclaim_bpf__bss *bss;
	const char *name;
	double end;
	/*
	 * The adversary renames and removes directories on the chain, at which a
	 * walk without references may give up, as docs/kfunc.md says.
	 */
	bool may_give_up;
	__u64 walks; /* that have not given up */
	__u64 stale; /* that have: -ESTALE */
	__u64 wrong[NR_WALKERS];
	__u64 remembered_wrong;
};

/* Append @seen to @chain. */
void chain_add(struct chain *chain, struct seen seen);

/*
 * Make left and right in /t/fs, @depth levels deep (at most DEEP), and append
 * the places above both to @above.
 */
void make_sides(int depth, struct chain *above);

/* Make the chain of @nr places in @pinned, of left or right, and of @above. */
void make_chain(struct chain *chain, const int *pinned, int nr,
		const struct chain *above);

void make_file(int dir, const char *name);

/* Load and attach the walkers. End the program on error. */
void race_begin(struct race *race, const char *name);

/*
 * Let all walkers walk from the file that is opened here, and store its
 * descriptor in @fd. Return false if the file is not there.
 */
bool walk_from(struct race *race, int dirfd, const char *path, int *fd);

/*
 * Count the last walk, and the walkers whose report is not possible according to
 * @chain.
 */
void judge(struct race *race, const struct chain *chain);

/* Print the figures. @value of @key shows that the adversary was at work. */
void race_figure(const struct race *race, const char *key, __u64 value);

#endif
