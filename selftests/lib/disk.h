/* SPDX-License-Identifier: GPL-2.0-only */
/* Filesystems on disks, which are image files behind loop devices */
#ifndef __DISK_H__
#define __DISK_H__

/*
 * Make a filesystem of @type, ext4, xfs or btrfs, and mount it on the new
 * directory @on. Return N of its /dev/loopN, which goes with its last mount.
 * Die with a message on error.
 */
int world_disk(const char *type, const char *on);

#endif
