// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check that access() and its like give the same answers without references as
 * with them, and on which filesystems they take none.
 *
 * A call by descriptor makes no lookup, which gives the answers to compare with.
 */
#define _GNU_SOURCE
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "disk.h"
#include "disturb.h"
#include "stat_fixture.h"

/* Return the error of faccessat2(), or 0. */
static int ask(int dir, const char *path, int mode, int flags)
{
	return syscall(SYS_faccessat2, dir, path, mode, flags) ? errno : 0;
}

/* For each mode, ask for @path with and without references. */
static void compare(struct __test_metadata *const _metadata,
		    FIXTURE_DATA(stat) * self, const char *path, bool fast)
{
	static const int flags[] = { 0, AT_EACCESS };
	int fd = world_open(path, O_PATH), want, got;

	mark_used(AT_FDCWD, path);
	ask(AT_FDCWD, path, F_OK, 0);
	for (int mode = F_OK; mode <= (R_OK | W_OK | X_OK); mode++) {
		for (int i = 0; i < ARRAY_SIZE(flags); i++) {
			self->bss->nr_decided = 0;
			got = ask(AT_FDCWD, path, mode, flags[i]);
			EXPECT_EQ(fast, self->bss->nr_decided)
			{
				TH_LOG("%s: mode %d", path, mode);
			}
			want = ask(fd, "", mode, flags[i] | AT_EMPTY_PATH);
			EXPECT_EQ(want, got)
			{
				TH_LOG("%s: mode %d", path, mode);
			}
		}
	}
	close(fd);
}

#define compare_path(path, fast) compare(_metadata, self, path, fast)

static void make_file(const char *path, uid_t owner, gid_t group, mode_t mode)
{
	world_write(path);
	if (chown(path, owner, group) || chmod(path, mode))
		err(1, "%s", path);
}

/* Files that a user may use in one way or another, and mounts that forbid it */
static void make_tree(void)
{
	world_mkdir("/t/fs/dir");
	make_file("/t/fs/dir/public", 0, 0, 0644);
	make_file("/t/fs/dir/owned", 1000, 0, 0070);
	make_file("/t/fs/dir/shared", 0, 1000, 0707);
	make_file("/t/fs/dir/secret", 0, 0, 0000);
	if (mknod("/t/fs/dir/null", S_IFCHR | 0666, makedev(1, 3)) ||
	    mkfifo("/t/fs/dir/fifo", 0640))
		err(1, "make a tree");
	world_mkdir("/t/readonly");
	world_bind("/t/fs/dir", "/t/readonly");
	if (mount(NULL, "/t/readonly", NULL,
		  MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOEXEC, NULL))
		err(1, "remount");
	if (chmod("/t", 0755) || chmod("/t/fs", 0755))
		err(1, "chmod");
}

static void compare_tree(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(stat) * self, bool fast)
{
	static const char *const names[] = { "",	"/public", "/owned",
					     "/shared", "/secret", "/null",
					     "/fifo" };
	char path[64];

	for (int i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/t/fs/dir%s", names[i]);
		compare_path(path, fast);
		snprintf(path, sizeof(path), "/t/readonly%s", names[i]);
		compare_path(path, fast);
	}
	EXPECT_EQ(ENOTDIR, ask(AT_FDCWD, "/t/fs/dir/public/", F_OK, 0));
	EXPECT_EQ(ENOENT, ask(AT_FDCWD, "/t/fs/dir/missing", F_OK, 0));
}

/* Compare as root, as a user, and as root with a real uid that is a user's. */
static void check_tree(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(stat) * self, bool fast)
{
	int status;
	pid_t pid;

	make_tree();
	sync_fs();
	compare_tree(_metadata, self, fast);
	for (int euid = 0; euid <= 1000; euid += 1000) {
		pid = fork();
		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			self->bss->tid = syscall(SYS_gettid);
			if (setresgid(1000, 1000, 1000) ||
			    setresuid(1000, euid, euid))
				err(1, "become a user");
			compare_tree(_metadata, self, fast);
			_exit(!__test_passed(_metadata));
		}
		waitpid(pid, &status, 0);
		EXPECT_EQ(0, status);
	}
}

TEST_F_TIMEOUT(stat, tmpfs, 120)
{
	mount_on_fs("tmpfs", NULL);
	check_tree(_metadata, self, true);
}

TEST_F_TIMEOUT(stat, ext4, 120)
{
	world_disk("ext4", "/t/fs");
	check_tree(_metadata, self, true);
}

TEST_F_TIMEOUT(stat, xfs, 120)
{
	world_disk("xfs", "/t/fs");
	check_tree(_metadata, self, true);
}

/* A filesystem with ->permission() may not expect to be asked under RCU. */
TEST_F_TIMEOUT(stat, overlayfs, 120)
{
	mount_overlay_on_fs();
	check_tree(_metadata, self, false);
}

/* Replace the file, which is executable, by one that is not. */
static void replace(struct disturber *d)
{
	if (rename("/t/fs/new", "/t/fs/file"))
		err(1, "rename");
}

/* An answer for a file that is replaced before its mode is read is discarded. */
TEST_F_TIMEOUT(stat, late, 60)
{
	struct disturber disturber = {
		.waiting = &self->bss->waiting,
		.go = &self->bss->go,
		.act = replace,
	};

	world_disk("xfs", "/t/fs");
	make_file("/t/fs/file", 0, 0, 0755);
	make_file("/t/fs/new", 0, 0, 0644);
	mark_used(AT_FDCWD, "/t/fs/file");
	EXPECT_EQ(0, ask(AT_FDCWD, "/t/fs/file", X_OK, 0));
	disturb_begin(&disturber);
	self->bss->tid = syscall(SYS_gettid);
	self->bss->nr_fast = 0;
	self->bss->wait_in_look = true;
	EXPECT_EQ(EACCES, ask(AT_FDCWD, "/t/fs/file", X_OK, 0));
	self->bss->wait_in_look = false;
	disturb_end(&disturber);
	EXPECT_EQ(0, self->bss->nr_fast);
}

TEST_HARNESS_MAIN
