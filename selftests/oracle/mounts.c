// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on mounts. Each makes the system call first, then changes the
 * model in the same way, and lets statmount() confirm the model.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"
#include "world.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef MOVE_MOUNT_BENEATH
#define MOVE_MOUNT_BENEATH 0x200
#endif

/* Leave room for mounts that propagate. */
#define ENOUGH_MNTS 100
#define BIG_TREE 12

/* Open the target of @op. Return -1 if nothing can be mounted there. */
static int open_target(struct world *w, const struct op *op, struct level *at)
{
	at->mnt = track_attached(w, op->to_mnt);
	at->node = model_node(w, op->to_node);
	if (!at->mnt || !at->node || w->nr_mnts > ENOUGH_MNTS || w->shadows ||
	    at->mnt->label == LABEL_BASE)
		return -1;
	return track_reach(w, *at);
}

/* Mount on top of the stack at @at, or beneath its top. */
static void put(struct world *w, struct mnt *mnt, struct level at, bool beneath)
{
	at = model_top_of_stack(w, at);
	if (beneath) {
		struct mnt *top = at.mnt;

		at = (struct level){ top->parent, top->mountpoint };
		model_mount(w, top, model_root(mnt));
	}
	model_mount(w, mnt, at);
	for_each_mnt(w, m)
		if (model_mounted_below(m, mnt))
			m->where = ATTACHED;
}

static bool has_two_children(struct world *w, const struct mnt *mnt)
{
	int nr = 0;

	for_each_mnt(w, m)
		nr += m->parent == mnt;
	return nr > 1;
}

/*
 * Copies are told apart by their paths, and statmount() has no path for a mount
 * below a disconnected mountpoint.
 */
static bool could_be_confused(struct world *w, const struct mnt *tree)
{
	bool disconnected = false, many = false;

	for_each_mnt(w, m) {
		disconnected |= m->where == ATTACHED && m->parent &&
				!model_below(m->mountpoint, m->parent->root);
		many |= model_mounted_below(m, tree) && has_two_children(w, m);
	}
	return disconnected && many;
}

static bool attach(struct world *w, struct mnt *mnt, struct level at, int fd,
		   bool beneath)
{
	int flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;

	if (could_be_confused(w, mnt))
		return false;
	sync_before(w);
	if (beneath)
		flags |= MOVE_MOUNT_BENEATH;
	if (move_mount(mnt->fd, "", fd, "", flags))
		return false;
	put(w, mnt, at, beneath);
	close(mnt->tree_fd);
	mnt->tree_fd = -1;
	sync_attach(w, mnt);
	if (mnt->fs->only == mnt)
		track_make_door(mnt->fs);
	return true;
}

static void forget(struct world *w, int nr_mnts)
{
	while (w->nr_mnts > nr_mnts) {
		struct mnt *mnt = &w->mnt[--w->nr_mnts];

		close(mnt->fd);
		close(mnt->tree_fd);
		mnt->label = -1;
	}
}

bool mounts_mount(struct world *w, const struct op *op)
{
	struct level at = {};
	struct mnt *mnt;
	int fd = -1;

	if (op->kind == OP_MOUNT) {
		fd = open_target(w, op, &at);
		if (fd < 0 || !at.node->dir) {
			close(fd);
			return false;
		}
	}
	mnt = fs_make(w, op->label, op->arg);
	if (mnt && fd >= 0 && !attach(w, mnt, at, fd, false)) {
		close(mnt->tree_fd);
		mnt->tree_fd = -1;
		mnt->where = DISSOLVED;
	}
	close(fd);
	if (mnt)
		say_trace(w, "%s", text_level(model_root(mnt)));
	if (mnt && op->kind == OP_MOUNT)
		say_trace(w, "    on %s", text_level(at));
	return mnt;
}

/*
 * Return whether the tree is small and known. The model does not know all of
 * the tree with the initial mounts.
 */
static bool may_copy_tree(struct world *w, const struct mnt *top)
{
	int nr = 0;

	for_each_mnt(w, m)
		nr += model_mounted_below(m, top);
	return nr <= BIG_TREE && !model_mounted_below(w->base, top);
}

/* Copy the mounts on @from, below @top if that is not NULL, to @to. */
static void copy_children(struct world *w, struct mnt *from, struct mnt *to,
			  const struct node *top, int *label)
{
	int nr = w->nr_mnts;

	for (int i = 0; i < nr; i++) {
		struct mnt *m = &w->mnt[i], *copy;

		if (m->parent != from || m->propagation & MS_UNBINDABLE ||
		    (top && !model_below(m->mountpoint, top)))
			continue;
		copy = track_mount(w, (*label)++, m->root);
		model_mount(w, copy, (struct level){ to, m->mountpoint });
		copy->recursive = true;
		copy_children(w, m, copy, NULL, label);
	}
}

/* Make a detached copy of the mounts at the source of @op. */
static struct mnt *clone(struct world *w, const struct op *op)
{
	bool recursive = op->arg & ARG_RECURSIVE;
	struct level at = { track_attached(w, op->mnt),
			    model_node(w, op->node) };
	int label = op->label, fd, tree_fd = -1;
	struct mnt *mnt;

	if (!at.mnt || !at.node || at.mnt->label == LABEL_BASE || w->shadows ||
	    w->nr_mnts > ENOUGH_MNTS ||
	    (recursive && !may_copy_tree(w, at.mnt)))
		return NULL;
	fd = track_reach(w, at);
	if (fd >= 0)
		tree_fd = open_tree(fd, "",
				    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
					    AT_EMPTY_PATH |
					    (recursive ? AT_RECURSIVE : 0));
	close(fd);
	if (tree_fd < 0)
		return NULL;
	mnt = track_mount(w, label++, at.node);
	mnt->tree_fd = tree_fd;
	if (recursive)
		copy_children(w, at.mnt, mnt, at.node, &label);
	return mnt;
}

/*
 * Open the root of a detached mount. Unlike .tree_fd, this descriptor does not
 * hold the tree together.
 */
static void open_root(struct world *w, struct mnt *mnt)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", mnt->tree_fd);
	track_identify(mnt, openat(w->proc_fd, name, O_PATH | O_CLOEXEC));
}

static const char *text_source(struct world *w, const struct op *op)
{
	static char text[2048];

	snprintf(text, sizeof(text), "%s%s",
		 text_level((struct level){ model_mnt(w, op->mnt),
					    model_node(w, op->node) }),
		 op->arg & ARG_RECURSIVE ? ", recursively" : "");
	return text;
}

bool mounts_bind(struct world *w, const struct op *op)
{
	int nr_mnts = w->nr_mnts;
	struct level at;
	struct mnt *mnt = NULL;
	int fd;

	fd = open_target(w, op, &at);
	if (fd >= 0)
		mnt = clone(w, op);
	if (mnt) {
		open_root(w, mnt);
		if (!attach(w, mnt, at, fd, false)) {
			forget(w, nr_mnts);
			mnt = NULL;
		}
	}
	close(fd);
	if (!mnt)
		return false;
	say_trace(w, "%s", text_source(w, op));
	say_trace(w, "    on %s, as m%s", text_level(at),
		  text_label(mnt->label));
	return true;
}

bool mounts_clone(struct world *w, const struct op *op)
{
	struct mnt *mnt = clone(w, op);

	if (!mnt)
		return false;
	/*
	 * A detached tree of several mounts that takes part in propagation
	 * could lose one of them unnoticed, as statmount() does not report
	 * that.
	 */
	if (op->arg & ARG_RECURSIVE)
		track_make_private(mnt->tree_fd, AT_RECURSIVE);
	open_root(w, mnt);
	for (struct mnt *m = mnt + 1; m < w->mnt + w->nr_mnts; m++)
		track_find(w, m);
	say_trace(w, "%s", text_source(w, op));
	say_trace(w, "    detached, as m%s", text_label(mnt->label));
	return true;
}

/* Attach a detached mount, or move an attached one. */
bool mounts_attach(struct world *w, const struct op *op)
{
	struct mnt *mnt = model_mnt(w, op->mnt);
	bool beneath = op->arg & ARG_BENEATH;
	struct level at, top;
	bool done, moved;
	int fd;

	if (!track_movable(w, mnt) || mnt->fd < 0 || !may_copy_tree(w, mnt))
		return false;
	fd = open_target(w, op, &at);
	if (fd < 0)
		return false;
	moved = mnt->where == ATTACHED;
	top = model_top_of_stack(w, at);
	done = !(beneath && top.node != top.mnt->root) &&
	       attach(w, mnt, at, fd, beneath);
	close(fd);
	if (!done)
		return false;
	mnt->moved |= moved;
	mnt->beneath |= beneath;
	say_trace(w, "%s", text_level(model_root(mnt)));
	say_trace(w, "    %s %s", beneath ? "beneath" : "on", text_level(top));
	return true;
}
