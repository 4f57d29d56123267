// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ancestors that bpf_vfs_walk_ancestors() visits, with each set of flags.
 */
#define _GNU_SOURCE
#include "ancestors_fixture.h"
#include "disk.h"

TEST_F(walk, file_and_parents)
{
	__u64 mode;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	for_each_mode(mode)
	{
		expect_chain("/t/a/b/f", mode, place("/t/a/b/f"),
			     place("/t/a/b"), place("/t/a"), place("/t"),
			     place("/"));
		expect_chain("/t/a", mode, place("/t/a"), place("/t"),
			     place("/"));
		expect_chain("/", mode, place("/"));
	}
}

TEST_F(walk, ancestor_is_referenced_and_trusted)
{
	world_mkdir("/t/a");
	self->bss->stop_after = 2;
	ASSERT_EQ(2, ancestors_walk(self->bss, AT_FDCWD, "/t/a", MAY_SLEEP));
	EXPECT_STREQ("/t", self->bss->where);
	ASSERT_EQ(2, ancestors_walk(self->bss, AT_FDCWD, "/t/a",
				    WALK_SLEEPABLE_RCU));
	EXPECT_STREQ("/t/a", self->bss->where);
}

TEST_F(walk, root_of_bind_mount)
{
	struct seen mnt;
	__u64 mode;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_mkdir("/t/a/b/c");
	world_mkdir("/t/x");
	world_mkdir("/t/x/m");
	world_bind("/t/a/b", "/t/x/m");
	mnt = place("/t/x/m");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_chain("/t/x/m/c", mode, place("/t/x/m/c"), mnt,
				     place_by("/t/a", mnt), place_by("/t", mnt),
				     place("/t/x"), place("/t"), place("/"));
		else
			expect_chain("/t/x/m/c", mode, place("/t/x/m/c"), mnt,
				     place("/t/x"), place("/t"), place("/"));
	}
}

TEST_F(walk, bind_mount_of_a_file)
{
	struct seen mnt;
	__u64 mode;

	world_mkdir("/t/a");
	world_write("/t/a/f");
	world_mkdir("/t/b");
	world_write("/t/b/g");
	world_bind("/t/a/f", "/t/b/g");
	mnt = place("/t/b/g");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_chain("/t/b/g", mode, mnt, place_by("/t/a", mnt),
				     place_by("/t", mnt), place("/t/b"),
				     place("/t"), place("/"));
		else
			expect_chain("/t/b/g", mode, mnt, place("/t/b"),
				     place("/t"), place("/"));
	}
}

TEST_F(walk, stacked_mounts_are_one_step)
{
	__u64 mode;

	world_mkdir("/t/m");
	for (int i = 0; i < 3; i++)
		world_tmpfs("/t/m");
	world_write("/t/m/f");
	for_each_mode(mode)
		expect_chain("/t/m/f", mode, place("/t/m/f"), place("/t/m"),
			     place("/t"), place("/"));
}

TEST_F(walk, mount_over_an_ancestor_is_not_entered)
{
	struct seen a;
	__u64 mode;
	int fd;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	a = place("/t/a");
	fd = world_open("/t/a/b", O_PATH);
	world_tmpfs("/t/a");
	for_each_mode(mode)
		expect_at(fd, "f", mode, place_at(fd, "f"), place_at(fd, ""), a,
			  place("/t"), place("/"));
}

TEST_F(walk, chroot_is_no_stop)
{
	struct seen want[5];
	__u64 mode;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	want[0] = place("/t/a/b/f");
	want[1] = place("/t/a/b");
	want[2] = place("/t/a");
	want[3] = place("/t");
	want[4] = place("/");
	ASSERT_EQ(0, chroot("/t/a"));
	ASSERT_EQ(0, chdir("/"));
	for_each_mode(mode) expect(AT_FDCWD, "/b/f", mode, want, 5);
}

TEST_F(walk, root_covered_by_pivot_root)
{
	struct seen f, root;
	__u64 mode;

	world_mkdir("/t/old");
	world_write("/t/f");
	f = place("/t/f");
	root = place("/t");
	ASSERT_EQ(0, syscall(SYS_pivot_root, "/t", "/t/old"));
	ASSERT_EQ(0, chdir("/"));
	for_each_mode(mode)
	{
		expect_chain("/f", mode, f, root);
		/* the old root is a mount below the new one now */
		expect_chain("/old/tmp", mode, place("/old/tmp"), place("/old"),
			     root);
	}
}

TEST_F(walk, detached_mount_is_a_top)
{
	struct seen mnt;
	__u64 mode;
	int fd;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	fd = syscall(SYS_open_tree, AT_FDCWD, "/t/a", 1 /* OPEN_TREE_CLONE */);
	ASSERT_LE(0, fd);
	mnt = place_at(fd, "");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_at(fd, "b/f", mode, place_at(fd, "b/f"),
				  place_at(fd, "b"), mnt, place_by("/t", mnt));
		else
			expect_at(fd, "b/f", mode, place_at(fd, "b/f"),
				  place_at(fd, "b"), mnt);
	}
}

TEST_F(walk, detached_tree_has_no_mountpoint)
{
	__u64 mode;
	int fd;

	world_mkdir("/t/m");
	world_tmpfs("/t/m");
	world_write("/t/m/f");
	fd = syscall(SYS_open_tree, AT_FDCWD, "/t/m",
		     1 /* OPEN_TREE_CLONE */ | AT_RECURSIVE);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, umount2("/t/m", 0));
	ASSERT_EQ(0, rmdir("/t/m"));
	for_each_mode(mode)
		expect_at(fd, "f", mode, place_at(fd, "f"), place_at(fd, ""));
	EXPECT_EQ(0, self->bss->nr_stray);
}

TEST_F(walk, lazily_unmounted_mount_is_a_top)
{
	__u64 mode;
	int fd;

	world_mkdir("/t/m");
	world_tmpfs("/t/m");
	world_mkdir("/t/m/a");
	world_write("/t/m/a/f");
	fd = world_open("/t/m", O_PATH);
	ASSERT_EQ(0, umount2("/t/m", MNT_DETACH));
	for_each_mode(mode) expect_at(fd, "a/f", mode, place_at(fd, "a/f"),
				      place_at(fd, "a"), place_at(fd, ""));
}

TEST_F(walk, internal_mounts_are_tops)
{
	int ns = world_open("/proc/self/ns/uts", O_RDONLY);
	char path[64];
	int fds[3];
	__u64 mode;

	ASSERT_EQ(0, pipe(fds));
	fds[2] = memfd_create("m", 0);
	ASSERT_LE(0, fds[2]);
	for_each_mode(mode)
	{
		for (int i = 0; i < 3; i++) {
			snprintf(path, sizeof(path), "/proc/self/fd/%d",
				 fds[i]);
			expect_chain(path, mode, place_at(fds[i], ""));
		}
		expect_chain("/proc/self/ns/uts", mode, place_at(ns, ""));
	}
}

TEST_F(walk, deleted_directory_and_file)
{
	char path[64];
	__u64 mode;
	int dir, file;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/f");
	dir = world_open("/t/a/b", O_PATH);
	file = world_open("/t/a/f", O_RDONLY);
	ASSERT_EQ(0, rmdir("/t/a/b"));
	ASSERT_EQ(0, unlink("/t/a/f"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	for_each_mode(mode)
	{
		expect_at(dir, ".", mode, place_at(dir, ""), place("/t/a"),
			  place("/t"), place("/"));
		expect_chain(path, mode, place_at(file, ""), place("/t/a"),
			     place("/t"), place("/"));
	}
}

TEST_F(walk, renamed_out_of_its_bind_mount)
{
	struct seen mnt;
	__u64 mode;
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_write("/t/src/d/f");
	world_mkdir("/t/other");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	mnt = place("/t/mnt");
	fd = world_open("/t/mnt/d", O_PATH);
	world_rename("/t/src/d", "/t/other/d");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_at(fd, "f", mode, place_at(fd, "f"),
				  place_at(fd, ""), place_by("/t/other", mnt),
				  place_by("/t", mnt), mnt, place_by("/t", mnt),
				  place("/t"), place("/"));
		else if (disconnected(mode))
			expect_at(fd, "f", mode, place_at(fd, "f"),
				  place_at(fd, ""), place_by("/t/other", mnt),
				  place_by("/t", mnt), mnt, place("/t"),
				  place("/"));
		else
			expect_cut_off(fd, "f", mode);
	}
}

/* The chain is longer than a window, so the kernel decides by looking ahead. */
TEST_F(walk, renamed_out_of_its_bind_mount_deeply)
{
	__u64 mode;
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_mkdir("/t/other");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	fd = world_deep(world_open("/t/mnt/d", O_PATH), 3 * WINDOW);
	for_each_mode(mode) ASSERT_EQ((fs_root(mode) ? 3 : 2) + 3 * WINDOW + 2,
				      ancestors_walk(self->bss, fd, ".", mode));
	world_rename("/t/src/d", "/t/other/d");
	for_each_mode(mode)
	{
		if (disconnected(mode)) {
			ASSERT_EQ((fs_root(mode) ? 1 : 0) + 3 * WINDOW + 6,
				  ancestors_walk(self->bss, fd, ".", mode));
		} else {
			expect_cut_off(fd, ".", mode);
		}
	}
}

/* The mountpoint itself has left the bind mount that it is in. */
TEST_F(walk, mountpoint_renamed_out_of_a_bind_mount)
{
	struct seen mnt;
	__u64 mode;
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_mkdir("/t/src/d/m");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	world_tmpfs("/t/mnt/d/m");
	world_write("/t/mnt/d/m/f");
	fd = world_open("/t/mnt/d/m", O_PATH);
	mnt = place("/t/mnt");
	world_rename("/t/src/d", "/t/d");
	for_each_mode(mode)
	{
		if (fs_root(mode)) {
			expect_at(fd, "f", mode, place_at(fd, "f"),
				  place_at(fd, ""), place_by("/t/d", mnt),
				  place_by("/t", mnt), mnt, place_by("/t", mnt),
				  place("/t"), place("/"));
		} else if (disconnected(mode)) {
			expect_at(fd, "f", mode, place_at(fd, "f"),
				  place_at(fd, ""), place_by("/t/d", mnt),
				  place_by("/t", mnt), mnt, place("/t"),
				  place("/"));
		} else {
			ASSERT_EQ(-ENOENT,
				  ancestors_walk(self->bss, fd, "f", mode));
			/* the file and the root of its own mount */
			EXPECT_EQ(2, self->bss->nr_shown);
		}
	}
}

/* The parents of a file that is found by its handle are unknown. */
TEST_F(walk, found_by_handle)
{
	struct seen file;
	char path[64];
	__u64 mode;

	world_disk("ext4", "/t/fs");
	world_mkdir("/t/fs/d");
	world_write("/t/fs/d/f");
	file = place("/t/fs/d/f");
	sync();
	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 world_open_by_handle("/t/fs", "/t/fs/d/f", O_RDONLY));
	for_each_mode(mode)
	{
		if (disconnected(mode))
			expect_chain(path, mode, file, place("/t/fs"),
				     place("/t"), place("/"));
		else
			expect_cut_off(AT_FDCWD, path, mode);
	}
}

TEST_HARNESS_MAIN
