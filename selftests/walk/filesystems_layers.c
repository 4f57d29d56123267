// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk where a filesystem consists of several: of subvolumes on btrfs, of
 * layers on overlayfs.
 */
#define _GNU_SOURCE
#include <linux/btrfs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "disk.h"
#include "filesystems.h"

static void subvolume(unsigned long request, const char *dir, const char *name,
		      int source)
{
	struct btrfs_ioctl_vol_args args = { .fd = source };
	int fd = world_open(dir, O_RDONLY);

	strcpy(args.name, name);
	if (ioctl(fd, request, &args))
		err(1, "subvolume %s in %s", name, dir);
	close(fd);
}

/*
 * Make /t/fs, the top of a volume, with subvolumes a/S and a/S/N. Return the
 * number of its loop device.
 */
static int make_subvolumes(void)
{
	int loop = world_disk("btrfs", "/t/fs");

	world_mkdir("/t/fs/a");
	subvolume(BTRFS_IOC_SUBVOL_CREATE, "/t/fs/a", "S", 0);
	subvolume(BTRFS_IOC_SUBVOL_CREATE, "/t/fs/a/S", "N", 0);
	world_mkdir("/t/fs/a/S/d");
	world_write("/t/fs/a/S/d/f");
	world_mkdir("/t/sub");
	return loop;
}

static struct seen mount_subvolume(int loop, const char *options)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/loop%d", loop);
	if (mount(path, "/t/sub", "btrfs", 0, options))
		err(1, "mount -o %s", options);
	return sb_place("/t/sub");
}

/*
 * In the tree of its volume a subvolume is a directory like others. Only stat()
 * gives its files another st_dev. The roots of all subvolumes have the same
 * (s_dev, i_ino).
 */
TEST_F(walk, btrfs_subvolume)
{
	struct seen n;
	__u64 mode;
	int fd;

	make_subvolumes();
	EXPECT_NE(place("/t/fs").dev, place("/t/fs/a/S").dev);
	EXPECT_EQ(sb_place("/t/fs").dev, sb_place("/t/fs/a/S").dev);
	EXPECT_EQ(sb_place("/t/fs").ino, sb_place("/t/fs/a/S").ino);
	fd = world_open("/t/fs/a/S", O_RDONLY);
	subvolume(BTRFS_IOC_SNAP_CREATE, "/t/fs", "copy", fd);
	/* a snapshot omits N: it has an empty directory with its own number */
	EXPECT_EQ(2, sb_place("/t/fs/copy/N").ino);
	for_each_mode(mode)
	{
		shows(-1, "/t/fs/a/S/d/f", mode, sb_place("/t/fs/a/S/d/f"),
		      sb_place("/t/fs/a/S/d"), sb_place("/t/fs/a/S"),
		      sb_place("/t/fs/a"), sb_place("/t/fs"), above);
		shows(-1, "/t/fs/a/S/N", mode, sb_place("/t/fs/a/S/N"),
		      sb_place("/t/fs/a/S"), sb_place("/t/fs/a"),
		      sb_place("/t/fs"), above);
		shows(-1, "/t/fs/copy/d/f", mode, sb_place("/t/fs/copy/d/f"),
		      sb_place("/t/fs/copy/d"), sb_place("/t/fs/copy"),
		      sb_place("/t/fs"), above);
		shows(-1, "/t/fs/copy/N", mode, sb_place("/t/fs/copy/N"),
		      sb_place("/t/fs/copy"), sb_place("/t/fs"), above);
	}
	n = sb_place("/t/fs/a/S/N");
	fd = world_open("/t/fs/a/S/N", O_PATH);
	subvolume(BTRFS_IOC_SNAP_DESTROY, "/t/fs/a/S", "N", 0);
	for_each_mode(mode)
		shows(fd, ".", mode, n, sb_place("/t/fs/a/S"),
		      sb_place("/t/fs/a"), sb_place("/t/fs"), above);
	figure("btrfs-subvolume");
}

static void check_mounted(struct __test_metadata *const _metadata,
			  FIXTURE_DATA(walk) * self, struct seen a,
			  struct seen top)
{
	struct seen sub = sb_place("/t/sub"), f = sb_place("/t/sub/d/f");
	struct seen d = sb_place("/t/sub/d"), bind;
	__u64 mode;

	world_bind("/t/sub/d", "/t/bind");
	bind = sb_place("/t/bind");
	for_each_mode(mode)
	{
		a.mnt_id = top.mnt_id = sub.mnt_id;
		if (fs_root(mode))
			shows(-1, "/t/sub/d/f", mode, f, d, sub, a, top, above);
		else
			shows(-1, "/t/sub/d/f", mode, f, d, sub, above);

		a.mnt_id = top.mnt_id = bind.mnt_id;
		if (fs_root(mode))
			shows(-1, "/t/bind/f", mode, sb_place("/t/bind/f"),
			      bind, sb_place_by("/t/sub", bind), a, top, above);
		else
			shows(-1, "/t/bind/f", mode, sb_place("/t/bind/f"),
			      bind, above);
	}
	ASSERT_EQ(0, umount("/t/bind"));
}

/*
 * A subvolume that is mounted is like a bind mount of its directory: the root
 * of the filesystem is the top of the volume, whether that is mounted or not.
 */
TEST_F(walk, btrfs_mounted_subvolume)
{
	int loop = make_subvolumes();
	struct seen a = sb_place("/t/fs/a"), top = sb_place("/t/fs");

	world_mkdir("/t/bind");
	mount_subvolume(loop, "subvolid=256");
	check_mounted(_metadata, self, a, top);
	ASSERT_EQ(0, umount("/t/sub"));
	mount_subvolume(loop, "subvol=a/S");
	check_mounted(_metadata, self, a, top);
	ASSERT_EQ(0, umount("/t/fs"));
	check_mounted(_metadata, self, a, top);
	figure("btrfs-mounted-subvolume");
}

TEST_F(walk, btrfs_moved_subvolume)
{
	struct seen sub = mount_subvolume(make_subvolumes(), "subvol=a/S");
	int fd = world_open("/t/sub/N", O_PATH);
	__u64 mode;

	/* only a subvolume can leave the mounted one, not a directory */
	ASSERT_EQ(-1, rename("/t/fs/a/S/d", "/t/fs/d"));
	ASSERT_EQ(EXDEV, errno);
	world_rename("/t/fs/a/S/N", "/t/fs/N");
	for_each_mode(mode)
	{
		struct seen n = sb_place_by("/t/fs/N", sub);
		struct seen a = sb_place_by("/t/fs/a", sub);
		struct seen top = sb_place_by("/t/fs", sub);

		if (fs_root(mode))
			shows(fd, ".", mode, n, top, sub, a, top, above);
		else if (disconnected(mode))
			shows(fd, ".", mode, n, top, sub, above);
		else
			cuts_off(fd, ".", mode);
	}
	/* move the mounted subvolume itself */
	world_rename("/t/fs/a/S", "/t/fs/S");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			shows(-1, "/t/sub", mode, sub,
			      sb_place_by("/t/fs", sub), above);
		else
			shows(-1, "/t/sub", mode, sub, above);
	}
	figure("btrfs-moved-subvolume");
}

/* Return the id of the private mount of a layer, which is not visible. */
static __u64 layer_of(struct __test_metadata *const _metadata,
		      FIXTURE_DATA(walk) * self, const char *path)
{
	self->bss->nth = 2;
	self->bss->nr_opens = 0;
	ancestors_walk(self->bss, -1, path, 0);
	return self->bss->seen[0].mnt_id;
}

/*
 * An open on overlayfs calls file_open twice: for the file as it is named, and
 * for the real one on a private mount of its layer, which has no parent.
 */
static void check_both(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(walk) * self, const char *layer,
		       const char *name)
{
	struct seen real, dir, root, fs;
	char path[64], merged[64];
	__u64 mode, mnt_id;

	snprintf(merged, sizeof(merged), "/t/fs/m/%s", name);
	mnt_id = layer_of(_metadata, self, merged);
	snprintf(path, sizeof(path), "%s/m/%s", layer, name);
	real = sb_place(path);
	snprintf(path, sizeof(path), "%s/m", layer);
	dir = sb_place(path);
	root = sb_place(layer);
	snprintf(path, sizeof(path), "%s/..", layer);
	fs = sb_place(path);
	EXPECT_NE(mnt_id, root.mnt_id);
	EXPECT_NE(mnt_id, sb_place(merged).mnt_id);
	real.mnt_id = dir.mnt_id = root.mnt_id = fs.mnt_id = mnt_id;
	for_each_mode(mode)
	{
		self->bss->nth = 1;
		shows(-1, merged, mode, sb_place(merged), sb_place("/t/fs/m"),
		      sb_place("/t/fs"), above);
		self->bss->nth = 2;
		if (fs_root(mode))
			shows(-1, merged, mode, real, dir, root, fs);
		else
			shows(-1, merged, mode, real, dir, root);
	}
	/* there is no third call */
	EXPECT_EQ(2, self->bss->nr_opens);
}

static void make_layers(void)
{
	static const char *const dirs[] = { "/t/l/lower", "/t/l/lower/m",
					    "/t/u/upper", "/t/u/upper/m",
					    "/t/u/work",  "/t/fs" };

	for (int i = 0; i < (int)ARRAY_SIZE(dirs); i++)
		world_mkdir(dirs[i]);
	world_write("/t/l/lower/m/lower");
	world_write("/t/l/lower/m/changed");
	world_write("/t/u/upper/m/upper");
	if (mount("none", "/t/fs", "overlay", 0,
		  "lowerdir=/t/l/lower,upperdir=/t/u/upper,workdir=/t/u/work"))
		err(1, "overlay");
}

static void check_layers(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(walk) * self)
{
	make_layers();
	check_both(_metadata, self, "/t/l/lower", "lower");
	check_both(_metadata, self, "/t/l/lower", "changed");
	close(world_open("/t/fs/m/changed", O_RDWR));
	check_both(_metadata, self, "/t/u/upper", "changed");
	check_both(_metadata, self, "/t/u/upper", "upper");
}

TEST_F(walk, overlayfs_layers)
{
	world_mkdir("/t/l");
	world_tmpfs("/t/l");
	world_mkdir("/t/u");
	world_bind("/t/l", "/t/u");
	check_layers(_metadata, self);
	EXPECT_EQ(place("/t/fs/m/lower").dev, sb_place("/t/fs/m/lower").dev);
	figure("overlayfs-layers");
}

TEST_F(walk, overlayfs_layers_of_two_filesystems)
{
	world_mkdir("/t/u");
	world_tmpfs("/t/u");
	world_disk("ext4", "/t/l");
	check_layers(_metadata, self);
	EXPECT_NE(place("/t/fs/m/lower").dev, sb_place("/t/fs/m/lower").dev);
	figure("overlayfs-two-filesystems");
}

TEST_HARNESS_MAIN
