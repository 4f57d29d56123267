// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that change mounts. Each makes the system call first, then changes
 * the model.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

/*
 * Close the descriptor that made the tree. The kernel unmounts the tree, but
 * its mounts stay together.
 */
bool change_dissolve(struct world *w, const struct op *op)
{
	struct mnt *mnt = model_mnt(w, op->mnt);

	if (!mnt || mnt->where != DETACHED || mnt->tree_fd < 0)
		return false;
	close(mnt->tree_fd);
	mnt->tree_fd = -1;
	for_each_mnt(w, m)
		if (model_mounted_below(m, mnt))
			m->where = DISSOLVED;
	say_trace(w, "%s", text_level(model_root(mnt)));
	return true;
}

/* Unmount the top of the stack, which the name of a mountpoint refers to. */
bool change_umount(struct world *w, const struct op *op)
{
	struct mnt *mnt = track_attached(w, op->mnt);
	int fd;

	if (!mnt || mnt->fd < 0 || !mnt->root->dir || w->shadows)
		return false;
	fd = mnt->fd;
	mnt = model_top_of_stack(w, model_root(mnt)).mnt;
	if (!track_movable(w, mnt))
		return false;
	sync_before(w);
	if (fchdir(fd) || umount2(".", MNT_DETACH))
		return false;
	say_trace(w, "%s", text_level(model_root(mnt)));
	sync_umount(w, mnt);
	return true;
}

bool change_propagation(struct world *w, const struct op *op)
{
	struct mount_attr attr = { .propagation = op->type };
	struct mnt *mnt = track_attached(w, op->mnt);
	int flags = AT_EMPTY_PATH;

	if (!mnt || mnt->fd < 0 || mnt->label == LABEL_BASE)
		return false;
	if (op->arg & ARG_RECURSIVE)
		flags |= AT_RECURSIVE;
	if (mount_setattr(mnt->fd, "", flags, &attr, sizeof(attr)))
		return false;
	say_trace(w, "%s %s%s",
		  op->type == MS_SHARED	 ? "shared" :
		  op->type == MS_SLAVE	 ? "slave" :
		  op->type == MS_PRIVATE ? "private" :
					   "unbindable",
		  text_level(model_root(mnt)),
		  flags & AT_RECURSIVE ? ", recursively" : "");
	sync_verify(w);
	return true;
}

/* Move the old root onto the new root, or onto a directory of it. */
bool change_pivot(struct world *w, const struct op *op)
{
	struct mnt *mnt = track_attached(w, op->mnt), *old = w->root_mnt;
	struct node *node = model_node(w, op->node);
	struct level at = { mnt, node };

	if (w->shadows || !mnt || !node || mnt->fd < 0 || !node->dir ||
	    (node != mnt->root && node->parent != mnt->root) || node->deleted)
		return false;
	at = model_top_of_stack(w, at);
	if (fchdir(mnt->fd) ||
	    syscall(SYS_pivot_root, ".", node == mnt->root ? "." : node->name))
		return false;
	mnt->parent = NULL;
	mnt->mountpoint = NULL;
	model_mount(w, old, at);
	old->pivoted = true;
	w->root_mnt = mnt;
	if (w->chroot_fd < 0)
		w->chroot = model_root(mnt);
	say_trace(w, "%s", text_level(model_root(mnt)));
	say_trace(w, "    the old root on %s", text_level(at));
	sync_verify(w);
	return true;
}
