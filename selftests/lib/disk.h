/* SPDX-License-Identifier: GPL-2.0-only */
/* Filesystems on disks: on image files, by loop devices. */
#ifndef __DISK_H__
#define __DISK_H__

/*
 * Makes a filesystem of @type, ext4, xfs or btrfs, and mounts it on the new
 * directory @on. Returns N of its /dev/loopN, which goes with its last mount.
 * Dies with a message on error.
 */
int world_disk(const char *type, const char *on);

#endif
