/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What BPF programs of the tests need of the kernel and its BTF does not carry. To
 * be included after vmlinux.h and bpf_helpers.h.
 */
#ifndef __KERNEL_BPF_H__
#define __KERNEL_BPF_H__

#define ENOENT 2
#define ENOMEM 12
#define EACCES 13
#define ESTALE 116
#define ECALLBACK 532 /* include/linux/namei.h, by the series */

/*
 * Functions that are probed, by name: they are the kernel's own business, and
 * another kernel may have other names for them.
 */

/* A walk: each gathering of levels, the pass under locks, each mount on the way */
#define FN_WALK_GATHER "walk_gather"
#define FN_WALK_LOCKED "walk_locked"
/* It is about to read the links of a mount; those below are not checked yet. */
#define FN_WALK_CROSSES_MOUNT "choose_mountpoint_rcu"
/* Landlock's callbacks: of an access check, and of the collection of rights */
#define FN_LANDLOCK_CHECK "check_ancestor"
#define FN_LANDLOCK_COLLECT "collect_ancestor"
/* stat() without references: the lookup, and its end */
#define FN_STAT_LOOKUP "filename_lookup_rcu"
#define FN_STAT_LOOK "vfs_stat_rcu"
/* Allocations */
#define FN_KVMALLOC "__kvmalloc_node_noprof"
#define FN_KMALLOC "__kmalloc_noprof"
/* The first and the last of a mount */
#define FN_NEW_MOUNT "alloc_vfsmnt"
#define FN_OLD_MOUNT "cleanup_mnt"

extern int bpf_path_d_path(struct path *path, char *buf,
			   __u64 buf__sz) __weak __ksym;

/* The struct mount that @mnt is part of */
static inline struct mount *real_mount(const struct vfsmount *mnt)
{
	return container_of(mnt, struct mount, mnt);
}

#endif
