// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk on filesystems in which directories can be made. Each has the same tree,
 * and a walk visits the same places. filesystems_layers.c tests places that
 * exist on one filesystem only, filesystems_kernel.c tests files that the
 * kernel makes up.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <err.h>

#include "disk.h"
#include "filesystems.h"

/* Make a tree on the filesystem at /t/fs. /t/bind shows its /a. */
static void make_tree(void (*make_file)(const char *path))
{
	world_mkdir("/t/fs/a");
	world_mkdir("/t/fs/a/b");
	world_mkdir("/t/fs/other");
	make_file("/t/fs/a/b/f");
	world_mkdir("/t/bind");
	world_bind("/t/fs/a", "/t/bind");
	world_write("/t/file");
	world_bind("/t/fs/a/b/f", "/t/file");
}

#define in_tree(path) sb_place("/t/fs" path)
#define by_bind(path) sb_place_by("/t/fs" path, bind)
static void check_places(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(walk) * self, __u64 mode)
{
	shows(-1, "/t/fs/a/b/f", mode, in_tree("/a/b/f"), in_tree("/a/b"),
	      in_tree("/a"), in_tree(""), above);
	shows(-1, "/t/fs/a/b", mode, in_tree("/a/b"), in_tree("/a"),
	      in_tree(""), above);
	shows(-1, "/t/fs", mode, in_tree(""), above);
}

static void check_bind_mounts(struct __test_metadata *const _metadata,
			      FIXTURE_DATA(walk) * self, __u64 mode)
{
	struct seen bind = sb_place("/t/bind"), file = sb_place("/t/file");

	if (fs_root(mode)) {
		shows(-1, "/t/bind/b/f", mode, by_bind("/a/b/f"),
		      by_bind("/a/b"), bind, by_bind(""), above);
		shows(-1, "/t/bind", mode, bind, by_bind(""), above);
		shows(-1, "/t/file", mode, file, sb_place_by("/t/fs/a/b", file),
		      sb_place_by("/t/fs/a", file), sb_place_by("/t/fs", file),
		      above);
	} else {
		shows(-1, "/t/bind/b/f", mode, by_bind("/a/b/f"),
		      by_bind("/a/b"), bind, above);
		shows(-1, "/t/bind", mode, bind, above);
		shows(-1, "/t/file", mode, file, above);
	}
}

/* @fd is /t/bind/b, which has been renamed to /t/fs/other/b. */
static void check_disconnected(struct __test_metadata *const _metadata,
			       FIXTURE_DATA(walk) * self, __u64 mode, int fd)
{
	struct seen bind = sb_place("/t/bind");

	if (fs_root(mode)) {
		shows(fd, "f", mode, by_bind("/other/b/f"), by_bind("/other/b"),
		      by_bind("/other"), by_bind(""), bind, by_bind(""), above);
	} else if (disconnected(mode)) {
		shows(fd, "f", mode, by_bind("/other/b/f"), by_bind("/other/b"),
		      by_bind("/other"), by_bind(""), bind, above);
	} else {
		cuts_off(fd, "f", mode);
	}
}

/* Look the files up first: 9p has no attributes of deleted files. */
static void check_deleted(struct __test_metadata *const _metadata,
			  FIXTURE_DATA(walk) * self)
{
	struct seen b = in_tree("/a/b"), f = in_tree("/a/b/f");
	int dir = world_open("/t/fs/a/b", O_PATH);
	int file = world_open("/t/fs/a/b/f", O_RDONLY);
	char path[32];
	__u64 mode;

	ASSERT_EQ(0, umount("/t/file"));
	ASSERT_EQ(0, unlink("/t/fs/a/b/f"));
	ASSERT_EQ(0, rmdir("/t/fs/a/b"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	for_each_mode(mode)
	{
		shows(dir, ".", mode, b, in_tree("/a"), in_tree(""), above);
		shows(-1, path, mode, f, b, in_tree("/a"), in_tree(""), above);
	}
}

static void check_tree(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(walk) * self)
{
	__u64 mode;
	int dir;

	for_each_mode(mode)
	{
		check_places(_metadata, self, mode);
		check_bind_mounts(_metadata, self, mode);
	}
	dir = world_open("/t/bind/b", O_PATH);
	world_rename("/t/fs/a/b", "/t/fs/other/b");
	for_each_mode(mode) check_disconnected(_metadata, self, mode, dir);
	close(dir);
	world_rename("/t/fs/other/b", "/t/fs/a/b");
	check_deleted(_metadata, self);
}

static void check_disk(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(walk) * self, const char *type)
{
	world_disk(type, "/t/fs");
	make_tree(world_write);
	check_tree(_metadata, self);
	figure(type);
}

TEST_F(walk, ext4)
{
	check_disk(_metadata, self, "ext4");
	EXPECT_EQ(place("/t/fs").dev, sb_place("/t/fs").dev);
}

TEST_F(walk, xfs)
{
	check_disk(_metadata, self, "xfs");
	EXPECT_EQ(place("/t/fs").dev, sb_place("/t/fs").dev);
}

TEST_F(walk, btrfs)
{
	check_disk(_metadata, self, "btrfs");
	EXPECT_NE(place("/t/fs").dev, sb_place("/t/fs").dev);
}

TEST_F(walk, tmpfs)
{
	world_mkdir("/t/fs");
	world_tmpfs("/t/fs");
	make_tree(world_write);
	check_tree(_metadata, self);
	EXPECT_EQ(place("/t/fs").dev, sb_place("/t/fs").dev);
	figure("tmpfs");
}

/* Use the share that vm/run.sh offers, and leave it empty. */
TEST_F(walk, 9p)
{
	world_mkdir("/t/fs");
	ASSERT_EQ(0, mount("host", "/t/fs", "9p", 0, "trans=virtio"));
	make_tree(world_write);
	check_tree(_metadata, self);
	EXPECT_EQ(place("/t/fs").dev, sb_place("/t/fs").dev);
	ASSERT_EQ(0, rmdir("/t/fs/other"));
	ASSERT_EQ(0, umount("/t/bind"));
	ASSERT_EQ(0, rmdir("/t/fs/a"));
	figure("9p");
}

TEST_F(walk, overlayfs)
{
	world_mkdir("/t/lower");
	world_mkdir("/t/upper");
	world_mkdir("/t/work");
	world_mkdir("/t/fs");
	ASSERT_EQ(0,
		  mount("none", "/t/fs", "overlay", 0,
			"lowerdir=/t/lower,upperdir=/t/upper,workdir=/t/work"));
	/* the second open is that of the real file */
	self->bss->nth = 1;
	make_tree(world_write);
	check_tree(_metadata, self);
	EXPECT_EQ(place("/t/fs").dev, sb_place("/t/fs").dev);
	figure("overlayfs");
}

/* The files of bpffs are pinned objects, here this map. */
static int map_to_pin;

static void pin_map(const char *path)
{
	if (bpf_obj_pin(map_to_pin, path))
		err(1, "pin %s", path);
}

TEST_F(walk, bpffs)
{
	world_mkdir("/t/fs");
	ASSERT_EQ(0, mount("none", "/t/fs", "bpf", 0, NULL));
	map_to_pin = bpf_map__fd(self->skel->maps.bss);
	make_tree(pin_map);
	check_tree(_metadata, self);
	EXPECT_EQ(place("/t/fs").dev, sb_place("/t/fs").dev);
	figure("bpffs");
}

TEST_HARNESS_MAIN
