/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Definitions that the BPF programs of the tests need and the kernel's BTF does
 * not carry. Include this after vmlinux.h and bpf_helpers.h.
 */
#ifndef __KERNEL_BPF_H__
#define __KERNEL_BPF_H__

#define ENOENT 2
#define ENOMEM 12
#define EACCES 13
#define ESTALE 116
#define ECALLBACK 532 /* added to fs/internal.h by the series */

/*
 * Names of the functions that are probed. They are internal to the kernel, and
 * another kernel may have other names for them.
 */

/*
 * The functions of a walk that gather levels, and begin a pass without locks and
 * one with them
 */
#define FN_WALK_GATHER "walk_gather"
#define FN_WALK_RCU "walk_rcu"
#define FN_WALK_LOCKED "walk_locked"
/*
 * A walk is about to read the links of a mount, and has not checked those
 * below.
 */
#define FN_WALK_CROSSES_MOUNT "choose_mountpoint_rcu"
/* Landlock's callbacks for an access check and for the collection of rights */
#define FN_LANDLOCK_CHECK "check_ancestor"
#define FN_LANDLOCK_COLLECT "collect_ancestor"
/* The lookup of stat() without references, and the end of that lookup */
#define FN_STAT_LOOKUP "filename_lookup_rcu"
#define FN_STAT_LOOK "vfs_stat_rcu"
/* The end of the lookup of access() without references */
#define FN_ACCESS_LOOK "path_access_rcu"
/* The allocators */
#define FN_KVMALLOC "__kvmalloc_node_noprof"
#define FN_KMALLOC "__kmalloc_noprof"
/* The allocation and the release of a mount */
#define FN_NEW_MOUNT "alloc_vfsmnt"
#define FN_OLD_MOUNT "cleanup_mnt"

extern int bpf_path_d_path(struct path *path, char *buf,
			   __u64 buf__sz) __weak __ksym;

/* Return the struct mount that @mnt is part of. */
static inline struct mount *real_mount(const struct vfsmount *mnt)
{
	return container_of(mnt, struct mount, mnt);
}

#endif
