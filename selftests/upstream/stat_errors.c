// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: errors
 *
 * Check that stat(), lstat(), newfstatat() and statx() fail as the manual pages
 * say. Each call is a TAP case with the errno in its name, to be compared with
 * that of another kernel. A call that differs from the pages is "not ok". Run
 * as root.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char long_name[257], long_path[4200];

static const struct test {
	const char *path;
	int error; /* of stat() */
	int link_error; /* of lstat() */
} tests[] = {
	{ "file", 0, 0 },
	{ "dir", 0, 0 },
	{ "dir/", 0, 0 },
	{ "dir/.", 0, 0 },
	{ "dir/..", 0, 0 },
	{ "dir/../file", 0, 0 },
	{ "dir//file", 0, 0 },
	{ "link", 0, 0 },
	{ "dirlink/", 0, 0 },
	{ "dirlink/file", 0, 0 },
	{ "", ENOENT, ENOENT },
	{ "missing", ENOENT, ENOENT },
	{ "missing/", ENOENT, ENOENT },
	{ "missing/file", ENOENT, ENOENT },
	{ "dangling", ENOENT, 0 },
	{ "dangling/", ENOENT, ENOENT },
	{ "file/", ENOTDIR, ENOTDIR },
	{ "file/.", ENOTDIR, ENOTDIR },
	{ "file/file", ENOTDIR, ENOTDIR },
	{ "link/", ENOTDIR, ENOTDIR },
	{ "fifo/", ENOTDIR, ENOTDIR },
	{ "self", ELOOP, 0 },
	{ "self/", ELOOP, ELOOP },
	{ "chain40", ELOOP, 0 },
	{ "chain39", 0, 0 },
	{ "locked/file", EACCES, EACCES },
	{ "locked/missing", EACCES, EACCES },
	{ "locked", 0, 0 },
	{ "locked/", 0, 0 },
	{ "locked/.", EACCES, EACCES },
	{ long_name, ENAMETOOLONG, ENAMETOOLONG },
	{ long_path, ENAMETOOLONG, ENAMETOOLONG },
	{ (const char *)1, EFAULT, EFAULT },
};

static int nr;
static int failed;

static void result(const char *call, const char *path, long ret, int want)
{
	int got = ret ? errno : 0;

	if (path == (const char *)1)
		path = "bad pointer";
	printf("%s %d %s %.20s: %d\n", got == want ? "ok" : "not ok", ++nr,
	       call, path, got);
	failed |= got != want;
}

static void make_tree(void)
{
	char name[16], next[16];

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, "mode=0755") || chdir("/tmp") ||
	    mkdir("dir", 0755) || mkdir("locked", 0700) ||
	    mknod("file", S_IFREG | 0644, 0) ||
	    mknod("dir/file", S_IFREG | 0644, 0) ||
	    mknod("locked/file", S_IFREG | 0644, 0) || mkfifo("fifo", 0644) ||
	    symlink("file", "link") || symlink("dir", "dirlink") ||
	    symlink("missing", "dangling") || symlink("self", "self") ||
	    symlink("file", "chain0"))
		err(1, "a tree in /tmp");
	/* the kernel follows at most 40 links in a row */
	for (int i = 1; i <= 40; i++) {
		snprintf(name, sizeof(name), "chain%d", i);
		snprintf(next, sizeof(next), "chain%d", i - 1);
		if (symlink(next, name))
			err(1, "%s", name);
	}
	memset(long_name, 'n', sizeof(long_name) - 1);
	for (size_t i = 0; i < sizeof(long_path) - 1; i++)
		long_path[i] = i % 2 ? '/' : '.';
}

static void try_paths(void)
{
	struct statx stx;
	struct stat st;

	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		const struct test *t = &tests[i];

		result("stat", t->path, syscall(SYS_stat, t->path, &st),
		       t->error);
		result("lstat", t->path, syscall(SYS_lstat, t->path, &st),
		       t->link_error);
		result("newfstatat", t->path,
		       syscall(SYS_newfstatat, AT_FDCWD, t->path, &st, 0),
		       t->error);
		result("statx", t->path,
		       syscall(SYS_statx, AT_FDCWD, t->path, 0, STATX_ALL,
			       &stx),
		       t->error);
		result("statx-nofollow", t->path,
		       syscall(SYS_statx, AT_FDCWD, t->path,
			       AT_SYMLINK_NOFOLLOW, STATX_ALL, &stx),
		       t->link_error);
	}
}

static void try_arguments(void)
{
	int file = open("file", O_PATH), dir = open("dir", O_PATH);
	struct statx stx;
	struct stat st;
	void *bad = (void *)1;

	result("stat", "bad buffer", syscall(SYS_stat, "file", bad), EFAULT);
	result("lstat", "bad buffer", syscall(SYS_lstat, "file", bad), EFAULT);
	result("statx", "bad buffer",
	       syscall(SYS_statx, AT_FDCWD, "file", 0, STATX_ALL, bad), EFAULT);
	result("statx", "bad mask",
	       syscall(SYS_statx, AT_FDCWD, "file", 0, 0x80000000, &stx),
	       EINVAL);
	result("statx", "bad flag",
	       syscall(SYS_statx, AT_FDCWD, "file", 0x40000, 0, &stx), EINVAL);
	result("statx", "both sync flags",
	       syscall(SYS_statx, AT_FDCWD, "file", AT_STATX_SYNC_TYPE, 0,
		       &stx),
	       EINVAL);
	result("newfstatat", "bad flag",
	       syscall(SYS_newfstatat, AT_FDCWD, "file", &st, 0x40000), EINVAL);
	result("newfstatat", "bad descriptor",
	       syscall(SYS_newfstatat, 1000, "file", &st, 0), EBADF);
	result("newfstatat", "absolute",
	       syscall(SYS_newfstatat, 1000, "/tmp/file", &st, 0), 0);
	result("newfstatat", "below a file",
	       syscall(SYS_newfstatat, file, "file", &st, 0), ENOTDIR);
	result("newfstatat", "below a directory",
	       syscall(SYS_newfstatat, dir, "file", &st, 0), 0);
	result("newfstatat", "empty path",
	       syscall(SYS_newfstatat, file, "", &st, AT_EMPTY_PATH), 0);
	result("newfstatat", "empty path, no flag",
	       syscall(SYS_newfstatat, file, "", &st, 0), ENOENT);
	result("statx", "empty path",
	       syscall(SYS_statx, file, "", AT_EMPTY_PATH, 0, &stx), 0);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_tree();
	/* root could search the locked directory */
	if (setresuid(1000, 1000, 1000))
		err(1, "setresuid");
	printf("TAP version 13\n");
	try_paths();
	try_arguments();
	printf("1..%d\n", nr);
	return failed;
}
