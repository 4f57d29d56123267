/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __VFS_WALK_COMMON_H
#define __VFS_WALK_COMMON_H

/* include/linux/namei.h */
#ifndef VFS_WALK_MAY_SLEEP
#define VFS_WALK_MAY_SLEEP	0x1
#define VFS_WALK_DISCONNECTED	0x2
#define VFS_WALK_FS_ROOT	0x4
#endif

int bpf_vfs_walk_ancestors(const struct path *path,
			   int (*cb)(const struct path *ancestor, void *ctx),
			   void *ctx, __u64 flags) __weak __ksym;
void bpf_rcu_read_lock(void) __weak __ksym;
void bpf_rcu_read_unlock(void) __weak __ksym;

#endif /* __VFS_WALK_COMMON_H */
