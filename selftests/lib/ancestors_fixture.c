// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"
#include "ancestors.skel.h"

long ancestors_walk(struct ancestors_bpf__bss *bss, int dirfd, const char *path,
		    __u64 mode)
{
	int fd;

	bss->nr_walks = 0;
	bss->flags = mode;
	bss->tid = syscall(SYS_gettid);
	fd = openat(dirfd, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bss->tid = 0;
	/* sockets cannot be opened, yet can be walked from */
	if (bss->nr_walks != 1)
		err(1, "%llu walks, not 1: open %s", (__u64)bss->nr_walks,
		    path);
	if (fd >= 0)
		close(fd);
	return bss->ret;
}

static bool counts_are(const struct ancestors_bpf__bss *bss, long ret, int nr)
{
	if (ret == nr && bss->nr_shown == nr && bss->nr_calls == nr &&
	    !bss->nr_null)
		return true;
	printf("# returned %ld, shown %lld, calls %lld, restarts %lld; expected %d\n",
	       ret, (long long)bss->nr_shown, (long long)bss->nr_calls,
	       (long long)bss->nr_null, nr);
	return false;
}

static bool place_is(const struct seen *seen, const struct seen *want, int i)
{
	if (!memcmp(seen, want, sizeof(*want)))
		return true;
	printf("# ancestor %d: dev %llx ino %llu mnt %llu, expected %llx %llu %llu\n",
	       i, seen->dev, seen->ino, seen->mnt_id, want->dev, want->ino,
	       want->mnt_id);
	return false;
}

bool ancestors_shown(struct ancestors_bpf__bss *bss, int dirfd,
		     const char *path, __u64 mode, const struct seen *want,
		     int nr)
{
	long ret = ancestors_walk(bss, dirfd, path, mode);
	bool right = counts_are(bss, ret, nr);

	for (int i = 0; right && i < nr; i++)
		right = place_is(&bss->seen[i], &want[i], i);
	if (!right)
		printf("# %s, mode %llx\n", path, mode);
	return right;
}
