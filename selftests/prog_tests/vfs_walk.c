// SPDX-License-Identifier: GPL-2.0
/* What bpf_vfs_walk_ancestors() shows of a small tree. */
#include <test_progs.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "vfs_walk.skel.h"

#define TDIR "/tmp/test_progs_vfs_walk"

/* include/linux/namei.h */
#define VFS_WALK_DISCONNECTED	0x2
#define VFS_WALK_FS_ROOT	0x4

static const char * const mode_name[] = { "rcu", "pinned" };

/* a tmpfs with a file three levels deep, and a bind mount of the second one */
static int make_tree(void)
{
	int fd;

	if (!ASSERT_OK(mkdir(TDIR, 0755), "mkdir") ||
	    !ASSERT_OK(mount("none", TDIR, "tmpfs", 0, NULL), "mount") ||
	    !ASSERT_OK(mkdir(TDIR "/a", 0755), "mkdir_a") ||
	    !ASSERT_OK(mkdir(TDIR "/a/b", 0755), "mkdir_b") ||
	    !ASSERT_OK(mkdir(TDIR "/a/b/c", 0755), "mkdir_c") ||
	    !ASSERT_OK(mkdir(TDIR "/mnt", 0755), "mkdir_mnt") ||
	    !ASSERT_OK(mount(TDIR "/a/b", TDIR "/mnt", NULL, MS_BIND, NULL), "bind"))
		return -1;
	fd = open(TDIR "/a/b/c/f", O_CREAT | O_RDONLY, 0644);
	if (!ASSERT_OK_FD(fd, "create"))
		return -1;
	close(fd);
	return 0;
}

static void remove_tree(void)
{
	umount2(TDIR, MNT_DETACH);
	rmdir(TDIR);
}

/* both programs walk from what is opened */
static int walk_from(struct vfs_walk *skel, int dirfd, const char *path, __u64 flags)
{
	int fd;

	memset(skel->bss->ino, 0, sizeof(skel->bss->ino));
	skel->bss->ret[0] = 0;
	skel->bss->ret[1] = 0;
	skel->bss->flags = flags;
	skel->bss->monitored_pid = getpid();
	fd = openat(dirfd, path, O_RDONLY);
	skel->bss->monitored_pid = 0;
	if (!ASSERT_OK_FD(fd, path))
		return -1;
	close(fd);
	return 0;
}

static void check_ancestor(struct vfs_walk *skel, int mode, int i, const char *want)
{
	char name[PATH_MAX];
	struct stat st;

	if (!ASSERT_OK(stat(want, &st), want))
		return;
	snprintf(name, sizeof(name), "%s ancestor %d: %s", mode_name[mode], i, want);
	ASSERT_EQ(skel->bss->ino[mode][i], st.st_ino, name);
}

/* @want and something above it, where the mounts are the user's */
static void check_chain(struct vfs_walk *skel, const char * const *want)
{
	int mode, i;

	for (mode = 0; mode < 2; mode++) {
		for (i = 0; want[i]; i++)
			check_ancestor(skel, mode, i, want[i]);
		ASSERT_GT(skel->bss->ret[mode], i, mode_name[mode]);
		ASSERT_EQ(skel->bss->ret[mode], skel->bss->shown[mode], mode_name[mode]);
		ASSERT_GE(skel->bss->calls[mode], skel->bss->shown[mode], mode_name[mode]);
	}
}

/* up to the root of the tmpfs */
#define CHAIN(...) ((const char * const []){ __VA_ARGS__, TDIR, NULL })

static void check_walk(struct vfs_walk *skel, int dirfd, const char *path, __u64 flags,
		       const char * const *want)
{
	if (!walk_from(skel, dirfd, path, flags))
		check_chain(skel, want);
}

static void test_chain(struct vfs_walk *skel)
{
	check_walk(skel, AT_FDCWD, TDIR "/a/b/c/f", 0,
		   CHAIN(TDIR "/a/b/c/f", TDIR "/a/b/c", TDIR "/a/b", TDIR "/a"));
	ASSERT_STREQ(skel->bss->parent, TDIR "/a/b/c", "parent");
}

static void test_stop(struct vfs_walk *skel)
{
	int mode, err;

	skel->bss->stop_at = 2;
	err = walk_from(skel, AT_FDCWD, TDIR "/a/b/c/f", 0);
	skel->bss->stop_at = 0;
	if (err)
		return;
	for (mode = 0; mode < 2; mode++) {
		check_ancestor(skel, mode, 1, TDIR "/a/b/c");
		ASSERT_EQ(skel->bss->ret[mode], 2, mode_name[mode]);
		ASSERT_EQ(skel->bss->shown[mode], 2, mode_name[mode]);
	}
}

static void test_bind_mount(struct vfs_walk *skel)
{
	check_walk(skel, AT_FDCWD, TDIR "/mnt/c/f", 0,
		   CHAIN(TDIR "/a/b/c/f", TDIR "/a/b/c", TDIR "/a/b"));
	ASSERT_STREQ(skel->bss->parent, TDIR "/mnt/c", "parent");
	check_walk(skel, AT_FDCWD, TDIR "/mnt/c/f", VFS_WALK_FS_ROOT,
		   CHAIN(TDIR "/a/b/c/f", TDIR "/a/b/c", TDIR "/a/b", TDIR "/a", TDIR));
}

/* renamed out from under the bind mount that it is reached by */
static void test_disconnected(struct vfs_walk *skel)
{
	int fd, mode;

	fd = open(TDIR "/mnt/c", O_PATH);
	if (!ASSERT_OK_FD(fd, "open"))
		return;
	if (!ASSERT_OK(rename(TDIR "/a/b/c", TDIR "/a/c"), "rename"))
		goto out;
	if (walk_from(skel, fd, "f", 0))
		goto out;
	for (mode = 0; mode < 2; mode++) {
		ASSERT_EQ(skel->bss->ret[mode], -ENOENT, mode_name[mode]);
		ASSERT_EQ(skel->bss->shown[mode], 1, mode_name[mode]);
	}
	check_walk(skel, fd, "f", VFS_WALK_DISCONNECTED,
		   CHAIN(TDIR "/a/c/f", TDIR "/a/c", TDIR "/a", TDIR, TDIR "/a/b"));
out:
	close(fd);
}

void test_vfs_walk(void)
{
	struct vfs_walk *skel;

	skel = vfs_walk__open_and_load();
	if (!ASSERT_OK_PTR(skel, "open_and_load"))
		return;
	if (!ASSERT_OK(vfs_walk__attach(skel), "attach") || make_tree())
		goto out;

	if (test__start_subtest("chain"))
		test_chain(skel);
	if (test__start_subtest("stop"))
		test_stop(skel);
	if (test__start_subtest("bind_mount"))
		test_bind_mount(skel);
	if (test__start_subtest("disconnected"))
		test_disconnected(skel);
out:
	remove_tree();
	vfs_walk__destroy(skel);
}
