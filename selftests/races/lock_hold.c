// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disturbed walk of the longest chain holds the locks once. Print for how long,
 * compared with the d_move() of a rename to the same depth, which holds
 * rename_lock and looks for loops meanwhile.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>

#include "ancestors_fixture.h"
#include "disturb.h"
#include "failures_fixture.h"
#include "lock_hold.skel.h"

#define DEPTH (MAX_DEPTH - 10)
#define ROUNDS 10

const char figures_row[] = "lock-hold";

/* The shortest of several rounds: whatever else runs only adds to it. */
static __u64 shortest_hold, shortest_rename;

static void keep_shorter(__u64 *shortest, __u64 *took)
{
	if (!*shortest || *took < *shortest)
		*shortest = *took;
	*took = 0;
}

static void move_name(struct disturber *d)
{
	if (rename("/t/x", "/t/y") || rename("/t/y", "/t/x"))
		err(1, "rename /t/x");
}

static void rename_between(int deep)
{
	if (renameat(AT_FDCWD, "/t/x", deep, "x") ||
	    renameat(deep, "x", AT_FDCWD, "/t/x"))
		err(1, "rename /t/x to the deepest directory");
}

TEST_F_TIMEOUT(walk, locks_are_held_once, 120)
{
	struct disturber disturber = {
		.waiting = &self->bss->waiting,
		.go = &self->bss->go,
		.act = move_name,
	};
	struct lock_hold_bpf *skel = lock_hold_bpf__open_and_load();
	int deep;

	ASSERT_NE(NULL, skel);
	ASSERT_EQ(0, lock_hold_bpf__attach(skel));
	skel->bss->tid = syscall(SYS_gettid);
	world_write("/t/x");
	deep = world_deep(world_open("/t", O_PATH), DEPTH);
	self->bss->wait_in = 5;
	for (int i = 0; i < ROUNDS; i++) {
		skel->bss->passes = 0;
		skel->bss->holds = 0;
		disturb_begin(&disturber);
		EXPECT_EQ(DEPTH + 2, ancestors_walk(self->bss, deep, ".", 0));
		disturb_end(&disturber);
		EXPECT_EQ(1, self->bss->nr_null);
		EXPECT_EQ(1, skel->bss->passes);
		EXPECT_EQ(1, skel->bss->holds);
		keep_shorter(&shortest_hold, &skel->bss->longest);
		rename_between(deep);
		keep_shorter(&shortest_rename, &skel->bss->longest_rename);
		figures->cases++;
		compared(4);
	}
	EXPECT_LT(0, shortest_rename);
	printf("# held for %llu us, d_move() took %llu us\n",
	       shortest_hold / 1000, shortest_rename / 1000);
	lock_hold_bpf__destroy(skel);
	world_remove_deep(deep, DEPTH);
}

TEST_HARNESS_MAIN
