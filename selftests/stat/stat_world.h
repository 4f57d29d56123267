/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of stat() share: the programs that watch it, and files. */
#ifndef __STAT_WORLD_H__
#define __STAT_WORLD_H__

#include "stat.skel.h"

/*
 * Load the programs of stat.bpf.c and let them watch the caller, but for those
 * that a test attaches. End the program on error.
 */
struct stat_bpf *stat_watch(void);

/* A dentry in the LRU list is not looked at without references until it is marked. */
void mark_used(int dir, const char *path);

/* Data that were written but have no place on the disk yet are not known to stat(). */
void sync_fs(void);

/* Mount a new filesystem of @type, with @options, on the new directory /t/fs. */
void mount_on_fs(const char *type, const char *options);

#endif
