// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "world.h"

#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000
#endif

struct seen place_at(int dirfd, const char *path)
{
	struct statx stx;

	if (statx(dirfd, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
		  STATX_INO | STATX_MNT_ID_UNIQUE, &stx))
		err(1, "statx %s", path);
	return (struct seen){
		.dev = (__u64)stx.stx_dev_major << 20 | stx.stx_dev_minor,
		.ino = stx.stx_ino,
		.mnt_id = stx.stx_mnt_id,
	};
}

struct seen place_by(const char *path, struct seen by)
{
	struct seen seen = place(path);

	seen.mnt_id = by.mnt_id;
	return seen;
}

void world_setup(void)
{
	if (unshare(CLONE_NEWNS))
		err(1, "unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		err(1, "make / private");
	if (mkdir("/t", 0755) && access("/t", F_OK))
		err(1, "mkdir /t");
	world_tmpfs("/t");
}

void world_mkdir(const char *path)
{
	if (mkdir(path, 0755))
		err(1, "mkdir %s", path);
}

void world_write(const char *path)
{
	close(world_open(path, O_CREAT | O_EXCL | O_WRONLY));
}

void world_bind(const char *from, const char *to)
{
	if (mount(from, to, NULL, MS_BIND, NULL))
		err(1, "bind %s to %s", from, to);
}

void world_tmpfs(const char *on)
{
	if (mount("none", on, "tmpfs", 0, NULL))
		err(1, "tmpfs on %s", on);
}

void world_rename(const char *from, const char *to)
{
	if (rename(from, to))
		err(1, "rename %s to %s", from, to);
}

int world_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		err(1, "open %s", path);
	return fd;
}

int world_deep(int dirfd, int depth)
{
	int fd = dup(dirfd);

	while (fd >= 0 && depth--) {
		int parent = fd;

		if (mkdirat(parent, "d", 0755))
			err(1, "mkdir, %d levels before the end", depth);
		fd = openat(parent, "d", O_PATH | O_CLOEXEC);
		close(parent);
	}
	if (fd < 0)
		err(1, "%d levels before the end", depth);
	return fd;
}

static void drop_caches(void)
{
	int fd = world_open("/proc/sys/vm/drop_caches", O_WRONLY);

	if (write(fd, "3\n", 2) != 2)
		err(1, "drop_caches");
	close(fd);
}

int world_open_by_handle(const char *mountpoint, const char *file, int flags)
{
	int dir = world_open(mountpoint, O_RDONLY | O_DIRECTORY);
	struct file_handle *handle;
	int id, fd;

	handle = malloc(sizeof(*handle) + MAX_HANDLE_SZ);
	if (!handle)
		err(1, NULL);
	handle->handle_bytes = MAX_HANDLE_SZ;
	if (name_to_handle_at(AT_FDCWD, file, handle, &id, 0))
		err(1, "name_to_handle_at %s", file);
	drop_caches();
	fd = open_by_handle_at(dir, handle, flags);
	close(dir);
	free(handle);
	return fd;
}

void world_remove_deep(int fd, int depth)
{
	while (depth--) {
		int parent = openat(fd, "..", O_PATH | O_CLOEXEC);

		close(fd);
		fd = parent;
		if (fd < 0 || unlinkat(fd, "d", AT_REMOVEDIR))
			err(1, "rmdir, %d levels before the end", depth);
	}
	close(fd);
}

unsigned long world_inodes(void)
{
	struct statvfs st;

	if (statvfs("/t", &st) || !st.f_files)
		err(1, "statvfs /t");
	return st.f_files - st.f_ffree;
}
