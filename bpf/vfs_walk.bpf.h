/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */
/*
 * Walking from a path to the root in BPF LSM programs.
 *
 * Include it after vmlinux.h and <bpf/bpf_helpers.h>.  It needs nothing else
 * of this project, and works with a vmlinux.h that knows the kfunc (made by
 * pahole 1.27 or newer) as well as with one that does not.
 *
 *	static int visit(const struct path *ancestor, void *data)
 *	{
 *		__u64 *below = data;
 *		struct inode *inode;
 *
 *		if (!ancestor) {
 *			*below = 0;	// restarted: forget
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
 * Flags of bpf_vfs_walk_ancestors().  They say what the caller needs, and have
 * to be constant.
 */

/*
 * The callback may sleep, and its ancestor is referenced and trusted: helpers
 * and kfuncs that sleep or want trusted arguments can be called on it, such as
 * bpf_path_d_path() and bpf_get_dentry_xattr().  For sleepable programs
 * (SEC("lsm.s/...")) only.  The callback never sees NULL.
 */
#ifndef VFS_WALK_MAY_SLEEP
#define VFS_WALK_MAY_SLEEP 0x1
#endif

/*
 * A path that a rename has taken out of the bind mount by which it is reached
 * is an error (-ENOENT).  With this flag the walk goes up to the root of the
 * filesystem, then on at the root of the mount, as Landlock does.
 */
#ifndef VFS_WALK_DISCONNECTED
#define VFS_WALK_DISCONNECTED 0x2
#endif

/*
 * In each filesystem on the way, go on above the root of the mount up to the
 * filesystem's own root before leaving it by the mountpoint.  A rule on /etc
 * then holds for `mount --bind /etc/ssl /tmp/x` in a user namespace, too, where
 * /etc is no ancestor by mounts.  Includes VFS_WALK_DISCONNECTED.
 */
#ifndef VFS_WALK_FS_ROOT
#define VFS_WALK_FS_ROOT 0x4
#endif

/* Levels that a walk goes up at most; each crossed mountpoint counts as one. */
#ifndef VFS_WALK_MAX_DEPTH
#define VFS_WALK_MAX_DEPTH 16384
#endif

/**
 * bpf_vfs_walk_ancestors - look at a path and all of its ancestors
 * @path: where to start; a trusted pointer, such as &file->f_path of a hook's
 *	  argument
 * @cb: static subprogram, called for @path, its parent, and so on to the top of
 *	the mount tree; returns 0 to go on, 1 to stop
 * @ctx: pointer to the program's stack, or NULL; passed to @cb
 * @flags: VFS_WALK_*, a constant
 *
 * The chain that @cb is shown existed as a whole at one instant during the call,
 * whatever is renamed or mounted meanwhile.  A NULL ancestor (not with
 * VFS_WALK_MAY_SLEEP) says that the walk was disturbed and starts again: reset
 * what you keep in @ctx.
 *
 * In @cb, without VFS_WALK_MAY_SLEEP:
 *  - it runs in an RCU read-side section, also in a sleepable program: what
 *    sleeps or wants trusted arguments is rejected;
 *  - check the ancestor for NULL, and ->dentry->d_inode: read it once.  If it is
 *    NULL or another one than when the chain was found, because the directory
 *    was moved away from and removed since, the walk starts again afterwards;
 *  - pass the inode to bpf_inode_storage_get() with flags 0: an inode that may
 *    be going away cannot be given new storage;
 *  - names and attributes are valid when the walk has returned non-negative;
 *    until then they can be torn.
 * In any case:
 *  - neither the ancestor nor a pointer read from it can be stored in @ctx, nor
 *    local storage in a sleepable program; keep numbers, or values of maps;
 *  - call static functions only, no global ones;
 *  - effects outside of @ctx (a ring buffer record, a counter) may belong to a
 *    pass that is discarded: decide and report after the walk;
 *  - a counter in @ctx has to be 64 bits wide, with no branch that compares it
 *    in @cb, as with bpf_loop(): else "The sequence of 8193 jumps is too
 *    complex" or "BPF program is too large".
 *
 * Context: BPF_PROG_TYPE_LSM, but not the hooks capable() and mmap_file().  No
 * bpf_spin_lock held, not from its own @cb; with VFS_WALK_MAY_SLEEP, not under
 * bpf_rcu_read_lock() or bpf_preempt_disable().
 *
 * Return: the number of ancestors shown (at least 1: @path), also if @cb has
 * stopped.  If it is negative nothing that @cb was shown may be used, and a
 * policy has to deny:
 *  -ENOENT  @path is disconnected (see VFS_WALK_DISCONNECTED)
 *  -E2BIG   more than VFS_WALK_MAX_DEPTH levels
 *  -ENOMEM  no memory for more than 32 levels: with VFS_WALK_MAY_SLEEP they
 *	     always take some, without it only if the walk was disturbed
 *  -ESTALE  directories on the way were removed, again and again, before @cb had
 *	     looked at all of them
 *  -EINVAL  unknown flags
 *  -EOPNOTSUPP  called with interrupts or bottom halves disabled, as from the
 *	     callback of a bpf_timer
 */
extern int bpf_vfs_walk_ancestors(const struct path *path,
				  int (*cb)(const struct path *ancestor,
					    void *ctx),
				  void *ctx, __u64 flags) __weak __ksym;

/*
 * True if the running kernel has the kfunc.  The symbol is weak: a program that
 * guards its call with this loads on any kernel, and has to deny, or whatever
 * else it does for want of a walk, where it is absent.
 */
#define bpf_vfs_walk_present() bpf_ksym_exists(bpf_vfs_walk_ancestors)

#endif /* __VFS_WALK_BPF_H__ */
