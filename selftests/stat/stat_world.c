/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of stat() share: the programs that watch it, and what it is of. */
#ifndef __STAT_WORLD_H__
#define __STAT_WORLD_H__

#include <err.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "stat.skel.h"
#include "world.h"

/* The programs of stat.bpf.c watch the caller, but those that a test attaches. */
static inline struct stat_bpf *stat_watch(void)
{
	struct stat_bpf *skel = stat_bpf__open_and_load();

	if (!skel)
		err(1, "load stat.bpf.c");
	bpf_program__set_autoattach(skel->progs.hook, false);
	bpf_program__set_autoattach(skel->progs.watch, false);
	if (stat_bpf__attach(skel))
		err(1, "attach stat.bpf.c");
	skel->bss->tid = syscall(SYS_gettid);
	return skel;
}

/* A dentry in the LRU list is not looked at without references until it is marked. */
static inline void mark_used(int dir, const char *path)
{
	struct stat st;

	for (int i = 0; i < 3; i++) {
		fstatat(dir, path, &st, 0);
		fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW);
	}
}

/* What was written but has no place on the disk yet is not known to stat(). */
static inline void sync_fs(void)
{
	int fd = world_open("/t/fs", O_RDONLY | O_DIRECTORY);

	if (syncfs(fd))
		err(1, "syncfs");
	close(fd);
}

static inline void mount_on_fs(const char *type, const char *options)
{
	world_mkdir("/t/fs");
	if (mount("none", "/t/fs", type, 0, options))
		err(1, "mount a %s", type);
}

#endif
