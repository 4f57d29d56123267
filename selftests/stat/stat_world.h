/* SPDX-License-Identifier: GPL-2.0-only */
/* Helpers of the tests of stat() and access(): programs that watch, and files */
#ifndef __STAT_WORLD_H__
#define __STAT_WORLD_H__

#include "stat.skel.h"

/*
 * Load the programs of stat.bpf.c, attach all but hook, override and watch, and
 * let them watch the calling thread. Exit on error.
 */
struct stat_bpf *stat_watch(void);

/*
 * Call stat() for @path so often that its dentry is marked as used. An unmarked
 * dentry in the LRU list is not looked at without references.
 */
void mark_used(int dir, const char *path);

/*
 * Sync /t/fs, as stat() takes references while written data have no place on
 * the disk yet. Exit on error.
 */
void sync_fs(void);

/*
 * Mount a new filesystem of @type, with @options, on the new directory /t/fs.
 */
void mount_on_fs(const char *type, const char *options);

/* Mount an overlay of new directories on the new directory /t/fs. */
void mount_overlay_on_fs(void);

#endif
