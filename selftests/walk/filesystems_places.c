// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>

#include "statmount.h"
#include "world.h"

int cases, comparisons;

__u64 sb_dev(__u64 mnt_id)
{
	static struct mount_info info;

	if (stat_mount(mnt_id, STATMOUNT_SB_BASIC, &info))
		err(1, "statmount %llu", mnt_id);
	return (__u64)info.sb_dev_major << 20 | info.sb_dev_minor;
}

struct seen sb_place_at(int dirfd, const char *path)
{
	struct seen seen = place_at(dirfd, path);

	seen.dev = sb_dev(seen.mnt_id);
	return seen;
}

struct seen sb_place(const char *path)
{
	return sb_place_at(-1, path);
}

struct seen sb_place_by(const char *path, struct seen by)
{
	struct seen seen = sb_place(path);

	seen.mnt_id = by.mnt_id;
	return seen;
}

void figure(const char *name)
{
	printf("# figure: filesystems/%s cases=%d comparisons=%d\n", name,
	       cases, comparisons);
	fflush(stdout);
	cases = comparisons = 0;
}
