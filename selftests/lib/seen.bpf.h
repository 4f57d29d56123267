/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The place that a walker sees, for programs that do not trust their pointers.
 * Include this after vmlinux.h and bpf_core_read.h.
 */
#ifndef __SEEN_BPF_H__
#define __SEEN_BPF_H__

#include "ancestors.h"

/* Return the place of @dentry in @mnt. */
static inline struct seen seen_at(const struct dentry *dentry,
				  const struct mount *mnt)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	return (struct seen){
		.dev = BPF_CORE_READ(dentry, d_sb, s_dev),
		.ino = inode ? BPF_CORE_READ(inode, i_ino) : 0,
		.mnt_id = BPF_CORE_READ(mnt, mnt_id_unique),
	};
}

#endif
