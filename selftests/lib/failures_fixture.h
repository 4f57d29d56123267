/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of walks that fail: what they must not leave behind, and figures.
 */
#ifndef __FAILURES_FIXTURE_H__
#define __FAILURES_FIXTURE_H__

#include <errno.h>

#include "ancestors_fixture.h"
#include "figures.h"
#include "inject.h"

#define compared(n) (figures->comparisons += (n))

static __attribute__((unused)) bool may_sleep(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & MAY_SLEEP;
}

/*
 * Nothing in /t is in use: no reference to an object that was removed is left,
 * none to a mount, and no memory. What the test has made there must be removed,
 * and what it has opened be closed, but @held.
 */
static __attribute__((unused)) void
expect_nothing_left(struct __test_metadata *const _metadata,
		    const struct inject_bpf__bss *injected,
		    unsigned long inodes, int held)
{
	/* The control: a reference is seen. */
	EXPECT_EQ(inodes + 1, world_inodes());
	EXPECT_EQ(-1, umount("/t"));
	EXPECT_EQ(EBUSY, errno);
	close(held);
	EXPECT_EQ(inodes, world_inodes());
	EXPECT_EQ(0, umount("/t"));
	EXPECT_LT(0, injected->nr_arrays);
	EXPECT_EQ(0, injected->nr_kept);
	compared(4);
}

#endif
