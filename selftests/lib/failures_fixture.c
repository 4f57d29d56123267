// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "figures.h"
#include "inject.h"
#include "world.h"

static bool check(bool right, const char *what)
{
	if (!right)
		printf("# not so: %s\n", what);
	return right;
}

bool nothing_left(const struct inject_bpf__bss *injected, unsigned long inodes,
		  int held)
{
	bool right = true;

	/* The control: a reference that is held is noticed. */
	right &= check(world_inodes() == inodes + 1, "a file held is seen");
	right &= check(umount("/t") && errno == EBUSY, "its mount is busy");
	close(held);
	right &= check(world_inodes() == inodes, "no file is left");
	right &= check(!umount("/t"), "the mount is free");
	right &= check(injected->nr_arrays, "there were allocations");
	right &= check(!injected->nr_kept, "no allocation is kept");
	figures->comparisons += 4;
	return right;
}
