/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A walker that is known to be wrong, for races to catch: it chases d_parent
 * and mnt_parent without a lock, a step at a time. Include this after vmlinux.h
 * and bpf_core_read.h.
 */
#ifndef __CHASE_BPF_H__
#define __CHASE_BPF_H__

#include "kernel.bpf.h"

struct chase {
	struct dentry *dentry;
	struct mount *mnt;
};

static inline struct chase chase_from(const struct file *file)
{
	return (struct chase){
		.dentry = BPF_CORE_READ(file, f_path.dentry),
		.mnt = real_mount(BPF_CORE_READ(file, f_path.mnt)),
	};
}

/* Return whether the chase is at the root of the mount. */
static inline bool chase_at_root(const struct chase *chase)
{
	/* struct chase is no kernel type: keep it out of BPF_CORE_READ() */
	const struct mount *mnt = chase->mnt;

	return chase->dentry == BPF_CORE_READ(mnt, mnt.mnt_root);
}

/* Go from the mount's root to its mountpoint. Return false if there is none. */
static inline bool chase_cross(struct chase *chase)
{
	struct mount *mnt = chase->mnt;

	chase->mnt = BPF_CORE_READ(mnt, mnt_parent);
	chase->dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
	return chase->mnt != mnt;
}

/* Go to the parent. Return false if there is none. */
static inline bool chase_up(struct chase *chase)
{
	struct dentry *dentry = chase->dentry;

	chase->dentry = BPF_CORE_READ(dentry, d_parent);
	return chase->dentry != dentry;
}

#endif
