/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * statmount(2) and listmount(2), which are newer than the C library and the
 * kernel headers of Debian 12
 */
#ifndef __STATMOUNT_H__
#define __STATMOUNT_H__

#include <linux/types.h>

/* Bits of a request */
#define STATMOUNT_SB_BASIC 1
#define STATMOUNT_MNT_BASIC 2
#define STATMOUNT_MNT_POINT 16

/* The root of the mount namespace, for list_mounts() */
#define ROOT_MOUNT (~0ULL)

/* struct statmount of linux/mount.h, with room for its strings */
struct mount_info {
	__u32 size, mnt_opts;
	__u64 mask;
	__u32 sb_dev_major, sb_dev_minor;
	__u64 sb_magic;
	__u32 sb_flags, fs_type;
	__u64 mnt_id, parent_id;
	__u32 mnt_id_old, parent_id_old;
	__u64 attr, propagation, peer_group, master, from;
	__u32 root, point;
	__u64 spare[50];
	char text[1 << 17];
};

/*
 * Ask for @what, STATMOUNT_*, of the mount with the unique id @id. Return 0, or
 * -1 with errno, which is ENOENT if the mount is not in the caller's namespace.
 */
int stat_mount(__u64 id, __u64 what, struct mount_info *info);

/*
 * Write the ids of all mounts below @id, or of all mounts that are reached from
 * the root, to @ids, at most @max. Return their number, or -1 with errno.
 */
int list_mounts(__u64 id, __u64 *ids, int max);

#endif
