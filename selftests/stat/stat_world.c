// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stat_world.h"
#include "world.h"

struct stat_bpf *stat_watch(void)
{
	struct stat_bpf *skel = stat_bpf__open_and_load();

	if (!skel)
		err(1, "load stat.bpf.c");
	bpf_program__set_autoattach(skel->progs.hook, false);
	bpf_program__set_autoattach(skel->progs.override, false);
	bpf_program__set_autoattach(skel->progs.watch, false);
	if (stat_bpf__attach(skel))
		err(1, "attach stat.bpf.c");
	skel->bss->tid = syscall(SYS_gettid);
	return skel;
}

void mark_used(int dir, const char *path)
{
	struct stat st;

	for (int i = 0; i < 3; i++) {
		fstatat(dir, path, &st, 0);
		fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW);
	}
}

void sync_fs(void)
{
	int fd = world_open("/t/fs", O_RDONLY | O_DIRECTORY);

	if (syncfs(fd))
		err(1, "syncfs");
	close(fd);
}

void mount_on_fs(const char *type, const char *options)
{
	world_mkdir("/t/fs");
	if (mount("none", "/t/fs", type, 0, options))
		err(1, "mount a %s", type);
}

void mount_overlay_on_fs(void)
{
	world_mkdir("/t/upper");
	world_mkdir("/t/lower");
	world_mkdir("/t/work");
	mount_on_fs("overlay",
		    "lowerdir=/t/lower,upperdir=/t/upper,workdir=/t/work");
}
