/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modes of a walk: the flags of bpf_vfs_walk_ancestors(), which
 * vfs_walk.bpf.h has for BPF programs, MAY_SLEEP for
 * bpf_vfs_walk_ancestors_sleepable(), and the mode of the sleepable program
 * that walks under RCU.
 */
#ifndef __MODES_H__
#define __MODES_H__

#include <linux/types.h>
#include <stdbool.h>

#include "ancestors.h"

#define DISCONNECTED 2
#define FS_ROOT 4

#define NR_MODES 9
extern const __u64 all_modes[NR_MODES];

#define for_each_mode(mode)               \
	for (const __u64 *_m = all_modes; \
	     _m < all_modes + NR_MODES && (mode = *_m, 1); _m++)

/* Return whether the walk may sleep. */
bool may_sleep(__u64 mode);

/*
 * Return whether the walk goes on from the root of a mount to the root of its
 * filesystem.
 */
bool fs_root(__u64 mode);

/*
 * Return whether the walk shows places that are not below the root of their
 * mount.
 */
bool disconnected(__u64 mode);

#endif
