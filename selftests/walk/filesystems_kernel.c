// SPDX-License-Identifier: GPL-2.0-only
/* Walk on filesystems whose files the kernel makes up. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "filesystems.h"

static void check_proc(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(walk) * self)
{
	__u64 mode;

	for_each_mode(mode)
	{
		shows(-1, "/proc/self/status", mode,
		      sb_place("/proc/self/status"), sb_place("/proc/self/."),
		      sb_place("/proc"), sb_place("/"));
		shows(-1, "/proc/thread-self/status", mode,
		      sb_place("/proc/thread-self/status"),
		      sb_place("/proc/thread-self/."),
		      sb_place("/proc/self/task"), sb_place("/proc/self/."),
		      sb_place("/proc"), sb_place("/"));
		shows(-1, "/proc/net/unix", mode, sb_place("/proc/net/unix"),
		      sb_place("/proc/net/."), sb_place("/proc/net/.."),
		      sb_place("/proc"), sb_place("/"));
		shows(-1, "/proc/sys/kernel/hostname", mode,
		      sb_place("/proc/sys/kernel/hostname"),
		      sb_place("/proc/sys/kernel"), sb_place("/proc/sys"),
		      sb_place("/proc"), sb_place("/"));
	}
}

/* A process that has exited has no place in /proc any more, but had one. */
static void check_proc_gone(struct __test_metadata *const _metadata,
			    FIXTURE_DATA(walk) * self)
{
	struct seen dir, file;
	char path[32];
	__u64 mode;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	snprintf(path, sizeof(path), "/proc/%d", pid);
	dir = sb_place(path);
	strcat(path, "/status");
	file = sb_place(path);
	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 world_open(path, O_RDONLY));
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	for_each_mode(mode) shows(-1, path, mode, file, dir, sb_place("/proc"),
				  sb_place("/"));
}

/* @dir is two levels below its filesystem's root and has a file @name. */
static void check_bind(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(walk) * self, const char *dir,
		       const char *name)
{
	char path[64], parent[64], top[64];
	struct seen bind;
	__u64 mode;

	snprintf(path, sizeof(path), "/t/bind/%s", name);
	snprintf(parent, sizeof(parent), "%s/..", dir);
	snprintf(top, sizeof(top), "%s/../..", dir);
	world_mkdir("/t/bind");
	world_bind(dir, "/t/bind");
	bind = sb_place("/t/bind");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			shows(-1, path, mode, sb_place(path), bind,
			      sb_place_by(parent, bind), sb_place_by(top, bind),
			      above);
		else
			shows(-1, path, mode, sb_place(path), bind, above);
	}
	ASSERT_EQ(0, umount("/t/bind"));
}

TEST_F(walk, proc)
{
	check_proc(_metadata, self);
	check_proc_gone(_metadata, self);
	check_bind(_metadata, self, "/proc/sys/kernel", "hostname");
	figure("proc");
}

TEST_F(walk, sysfs)
{
	const char *file = "/sys/devices/virtual/mem/null/uevent";
	__u64 mode;

	for_each_mode(mode) shows(-1, file, mode, sb_place(file),
				  sb_place("/sys/devices/virtual/mem/null"),
				  sb_place("/sys/devices/virtual/mem"),
				  sb_place("/sys/devices/virtual"),
				  sb_place("/sys/devices"), sb_place("/sys"),
				  sb_place("/"));
	check_bind(_metadata, self, "/sys/devices/virtual", "mem");
	figure("sysfs");
}

#define CG "/sys/fs/cgroup"

static void enter_cgroup(const char *procs)
{
	int fd = world_open(procs, O_WRONLY);

	if (write(fd, "0", 1) != 1)
		err(1, "%s", procs);
	close(fd);
}

static void check_cgroup(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(walk) * self)
{
	struct seen y;
	__u64 mode;
	int fd;

	world_mkdir(CG "/x");
	world_mkdir(CG "/x/y");
	for_each_mode(mode)
	{
		shows(-1, CG "/x/y/cgroup.procs", mode,
		      sb_place(CG "/x/y/cgroup.procs"), sb_place(CG "/x/y"),
		      sb_place(CG "/x"), sb_place(CG), sb_place("/sys/fs"),
		      sb_place("/sys"), sb_place("/"));
	}
	check_bind(_metadata, self, CG "/x/y", "cgroup.procs");
	/* no cgroup can be renamed out of a bind mount */
	ASSERT_EQ(-1, rename(CG "/x/y", CG "/y"));
	ASSERT_EQ(EPERM, errno);
	y = sb_place(CG "/x/y");
	fd = world_open(CG "/x/y", O_PATH);
	ASSERT_EQ(0, rmdir(CG "/x/y"));
	for_each_mode(mode)
		shows(fd, ".", mode, y, sb_place(CG "/x"), sb_place(CG),
		      sb_place("/sys/fs"), sb_place("/sys"), sb_place("/"));
	ASSERT_EQ(0, rmdir(CG "/x"));
}

/*
 * A mount made in a cgroup namespace is like a bind mount of that cgroup: the
 * filesystem's own root is above the namespace's.
 */
static void check_cgroup_namespace(struct __test_metadata *const _metadata,
				   FIXTURE_DATA(walk) * self)
{
	struct seen x;
	__u64 mode;

	world_mkdir(CG "/x");
	world_mkdir(CG "/x/y");
	enter_cgroup(CG "/x/cgroup.procs");
	ASSERT_EQ(0, unshare(CLONE_NEWCGROUP));
	world_mkdir("/t/x");
	ASSERT_EQ(0, mount("none", "/t/x", "cgroup2", 0, NULL));
	x = sb_place("/t/x");
	EXPECT_EQ(sb_place(CG "/x").ino, x.ino);
	for_each_mode(mode)
	{
		if (fs_root(mode))
			shows(-1, "/t/x/y", mode, sb_place("/t/x/y"), x,
			      sb_place_by(CG, x), above);
		else
			shows(-1, "/t/x/y", mode, sb_place("/t/x/y"), x, above);
	}
	enter_cgroup(CG "/cgroup.procs");
	ASSERT_EQ(0, rmdir(CG "/x/y"));
	ASSERT_EQ(0, rmdir(CG "/x"));
}

TEST_F(walk, cgroup2)
{
	check_cgroup(_metadata, self);
	check_cgroup_namespace(_metadata, self);
	figure("cgroup2");
}

/* Walk from the other end of pseudo-terminal @fd, opened without a name. */
static void walk_from_peer(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, int fd, __u64 mode)
{
	struct seen want[] = { sb_place("/t/pts/0"), sb_place("/t/pts"),
			       above };

	self->bss->nr_walks = 0;
	self->bss->flags = mode;
	self->bss->tid = syscall(SYS_gettid);
	close(ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY));
	self->bss->tid = 0;
	ASSERT_EQ(1, self->bss->nr_walks);
	ASSERT_EQ(4, self->bss->ret);
	EXPECT_EQ(0, memcmp(want, self->bss->seen, sizeof(want)));
	cases += !mode;
	comparisons += 4;
}

TEST_F(walk, devpts)
{
	struct seen file;
	__u64 mode;
	int fd;

	world_mkdir("/t/pts");
	ASSERT_EQ(0, mount("none", "/t/pts", "devpts", 0, "ptmxmode=666"));
	fd = world_open("/t/pts/ptmx", O_RDWR | O_NOCTTY);
	ASSERT_EQ(0, unlockpt(fd));
	world_write("/t/file");
	world_bind("/t/pts/0", "/t/file");
	file = sb_place("/t/file");
	for_each_mode(mode)
	{
		shows(-1, "/t/pts/0", mode, sb_place("/t/pts/0"),
		      sb_place("/t/pts"), above);
		walk_from_peer(_metadata, self, fd, mode);
		if (fs_root(mode))
			shows(-1, "/t/file", mode, file,
			      sb_place_by("/t/pts", file), above);
		else
			shows(-1, "/t/file", mode, file, above);
	}
	figure("devpts");
}

/* A namespace is a root of its own, wherever it is mounted. */
TEST_F(walk, nsfs)
{
	struct seen ns =
		place_at(world_open("/proc/self/ns/uts", O_RDONLY), "");
	__u64 mode;

	world_write("/t/ns");
	world_bind("/proc/self/ns/uts", "/t/ns");
	for_each_mode(mode)
	{
		shows(-1, "/t/ns", mode, sb_place("/t/ns"), above);
		shows(-1, "/proc/self/ns/uts", mode, ns);
	}
	figure("nsfs-by-name");
}

TEST_HARNESS_MAIN
