/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */
/*
 * Walk from a path to the root in BPF LSM programs.
 *
 * Include this header after vmlinux.h and <bpf/bpf_helpers.h>.  It needs
 * nothing else of this project.  It works with a vmlinux.h that declares the
 * kfunc (made by pahole 1.27 or newer) and with one that does not.
 *
 *	static int visit(const struct path *ancestor, void *data)
 *	{
 *		__u64 *below = data;
 *		struct inode *inode;
 *
 *		if (!ancestor) {
 *			*below = 0;	// the walk restarts
 *			return 0;
 *		}
 *		inode = ancestor->dentry->d_inode;
 *		if (!inode || !bpf_inode_storage_get(&marked, inode, 0, 0))
 *			return 0;
 *		*below = 1;
 *		return 1;
 *	}
 *
 *	SEC("lsm/file_open")
 *	int BPF_PROG(file_open, struct file *file, int ret)
 *	{
 *		__u64 below = 0;
 *
 *		if (ret)
 *			return ret;
 *		if (bpf_vfs_walk_ancestors(&file->f_path, visit, &below, 0) < 0)
 *			return -EACCES;		// never fail open
 *		return below ? -EACCES : 0;
 *	}
 */
#ifndef __VFS_WALK_BPF_H__
#define __VFS_WALK_BPF_H__

/*
 * Flags of bpf_vfs_walk_ancestors().  They say what the caller needs.
 */

/*
 * Accept a path that a rename has moved out of the bind mount by which it is
 * reached: walk up to the root of the filesystem and continue at the root of
 * the mount, as Landlock does.  Without this flag, the walk fails with -ENOENT.
 */
#ifndef VFS_WALK_DISCONNECTED
#define VFS_WALK_DISCONNECTED 0x2
#endif

/*
 * In each filesystem, continue above the root of the mount up to the root of
 * the filesystem before crossing the mountpoint.  A rule on /etc then also
 * holds for `mount --bind /etc/ssl /tmp/x` in a user namespace, where /etc is
 * not an ancestor by mounts.  Implies VFS_WALK_DISCONNECTED.
 */
#ifndef VFS_WALK_FS_ROOT
#define VFS_WALK_FS_ROOT 0x4
#endif

/* Maximum number of levels of a walk; each crossed mountpoint counts as one. */
#ifndef VFS_WALK_MAX_DEPTH
#define VFS_WALK_MAX_DEPTH 16384
#endif

/**
 * bpf_vfs_walk_ancestors - call a BPF function for a path and all its ancestors
 * @path: where to start; a trusted pointer, such as &file->f_path of the
 *	  argument of a hook
 * @cb: static subprogram that is called for @path, for its parent, and so on up
 *	to the top of the mount tree; returns 0 to continue, 1 to stop
 * @ctx: pointer to the stack of the program, or NULL; passed to @cb
 * @flags: VFS_WALK_*
 *
 * The ancestors shown to @cb existed together at one instant during the call.
 * A NULL ancestor tells @cb that the walk restarts and that the contents of
 * @ctx have to be reset.  @cb runs under RCU and cannot sleep.
 *
 * The contract is the kernel-doc of this kfunc in fs/bpf_fs_kfuncs.c and that
 * of vfs_walk_ancestors() in fs/namei.c; docs/kfunc.md explains it.
 *
 * Return: the number of ancestors shown, at least 1, even if @cb stopped the
 * walk.  After a negative value, nothing shown to @cb may be used, and a policy
 * has to deny:
 *  -ENOENT      @path was moved out of its mount, see VFS_WALK_DISCONNECTED
 *  -E2BIG       there are more than VFS_WALK_MAX_DEPTH levels
 *  -ENOMEM      there is no memory for a walk of more than 32 levels, which
 *               needs some only if it is disturbed again and again
 *  -ESTALE      directories of the chain were removed repeatedly
 *  -EINVAL      unknown flags
 *  -EOPNOTSUPP  called with interrupts or bottom halves disabled
 */
extern int bpf_vfs_walk_ancestors(const struct path *path,
				  int (*cb)(const struct path *ancestor,
					    void *ctx),
				  void *ctx, __u64 flags) __weak __ksym;

/**
 * bpf_vfs_walk_ancestors_sleepable - walk with a BPF function that may sleep
 *
 * As bpf_vfs_walk_ancestors(), but each ancestor is referenced and trusted while
 * it is shown.  @cb can sleep, and kfuncs that take trusted arguments can be
 * called on the ancestor, such as bpf_path_d_path() and bpf_get_dentry_xattr().
 * @cb is never called with NULL, and -ESTALE does not occur; -ENOMEM does for
 * want of memory for more than 32 levels.  Only for sleepable programs
 * (SEC("lsm.s/...")).
 */
extern int bpf_vfs_walk_ancestors_sleepable(
	const struct path *path,
	int (*cb)(const struct path *ancestor, void *ctx), void *ctx,
	__u64 flags) __weak __ksym;

/*
 * True if the running kernel has the kfuncs.  The symbols are weak: a program
 * that guards its calls with this macro loads on any kernel.  It has to deny, or
 * do without a walk in another way, where the kfuncs are absent.
 */
#define bpf_vfs_walk_present() bpf_ksym_exists(bpf_vfs_walk_ancestors)

#endif /* __VFS_WALK_BPF_H__ */
