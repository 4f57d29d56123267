// SPDX-License-Identifier: GPL-2.0-only
/*
 * Derive the expected report of a walk, and the places that ".." leads to, from
 * the model of a world. This restates docs/kfunc.md as code.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"

bool model_same(struct level a, struct level b)
{
	return a.mnt == b.mnt && a.node == b.node;
}

bool model_below(const struct node *node, const struct node *top)
{
	while (node && node != top)
		node = node->parent;
	return node;
}

bool model_mounted_below(const struct mnt *mnt, const struct mnt *top)
{
	while (mnt && mnt != top)
		mnt = mnt->parent;
	return mnt;
}

struct node *model_node(struct world *w, int label)
{
	for_each_node(w, n)
		if (n->label == label)
			return n;
	return NULL;
}

struct mnt *model_mnt(struct world *w, int label)
{
	for_each_mnt(w, m)
		if (m->label == label)
			return m;
	return NULL;
}

struct node *model_child(struct world *w, const struct node *dir,
			 const char *name)
{
	for_each_node(w, n)
		if (n->parent == dir && !n->deleted && !strcmp(n->name, name))
			return n;
	return NULL;
}

/* Return the latest of several mounts, as the kernel does. */
struct mnt *model_mounted_on(const struct world *w, struct level at)
{
	const struct mnt *m, *found = NULL;

	for (m = w->mnt; m < w->mnt + w->nr_mnts; m++)
		if (m->parent == at.mnt && m->mountpoint == at.node &&
		    (!found || found->order < m->order))
			found = m;
	return (struct mnt *)found;
}

/* Mount @mnt at @at: it leaves its place, or becomes the latest one there. */
void model_mount(struct world *w, struct mnt *mnt, struct level at)
{
	mnt->parent = at.mnt;
	mnt->mountpoint = at.node;
	mnt->order = ++w->order;
}

struct level model_top_of_stack(const struct world *w, struct level at)
{
	struct mnt *m;

	while ((m = model_mounted_on(w, at)))
		at = model_root(m);
	return at;
}

bool model_in_reach(const struct world *w, struct level at)
{
	if (!model_below(at.node, at.mnt->root))
		return false;
	for (; at.node != at.mnt->root; at.node = at.node->parent)
		if (at.node->deleted || model_mounted_on(w, at))
			return false;
	return true;
}

struct level model_root(struct mnt *mnt)
{
	return (struct level){ mnt, mnt->root };
}

struct seen model_seen(struct level at)
{
	return (struct seen){
		.dev = at.node->fs->dev,
		.ino = at.node->ino,
		.mnt_id = at.mnt->id,
	};
}

static void add(struct chain *chain, struct mnt *mnt, struct node *node)
{
	if (chain->nr < CHAIN_MAX)
		chain->level[chain->nr] = (struct level){ mnt, node };
	chain->nr++;
}

/*
 * Go from the root of a mount to the mountpoint of its stack. Return false at
 * the top or at @stop.
 */
static bool leave(struct level *at, const struct level *stop)
{
	struct mnt *mnt = at->mnt;

	while (mnt->parent) {
		struct level on = { mnt->parent, mnt->mountpoint };

		if (stop && model_same(on, *stop))
			return false;
		if (on.node != on.mnt->root) {
			*at = on;
			return true;
		}
		mnt = on.mnt;
	}
	return false;
}

static bool wrong(const struct world *w, enum mistake mistake)
{
	return w->mistake == mistake;
}

/*
 * Add one level, as a wrong model shows it if a mistake is set. Return false if
 * the walk ends there.
 */
static bool show(const struct world *w, struct level at, struct chain *chain)
{
	if (wrong(w, DELETED_IS_SKIPPED) && at.node->deleted && chain->nr)
		return true;
	if (wrong(w, OVERMOUNT_IS_ENTERED) && chain->nr)
		at = model_top_of_stack(w, at);
	add(chain, at.mnt, at.node);
	return !wrong(w, CHROOT_IS_TOP) || !model_same(at, w->chroot);
}

/*
 * Add the levels of one mount, from @at up. From a connected place, the way
 * passes the root of the mount; from a disconnected one, the second half begins
 * there.
 */
static bool walk_mount(const struct world *w, struct level at, bool covered,
		       enum how how, struct chain *chain)
{
	bool connected = model_below(at.node, at.mnt->root);
	struct node *root = at.mnt->root;
	bool past_root = false;

	if (wrong(w, FS_ROOT_IS_MOUNT_ROOT) && how == HOW_FS_ROOT)
		how = HOW_DISCONNECTED;
	while (at.node) {
		if (!covered && !show(w, at, chain))
			return false;
		covered = false;
		past_root |= at.node == root;
		if (past_root && how != HOW_FS_ROOT)
			break;
		at.node = at.node->parent;
		if (!at.node && !connected && !past_root)
			at.node = root;
	}
	return true;
}

static bool is_cut_off(const struct world *w, struct level at, enum how how)
{
	return how == HOW_PLAIN && !model_below(at.node, at.mnt->root) &&
	       !wrong(w, DISCONNECTED_UNNOTICED);
}

static void cut_off(const struct world *w, struct level at, bool covered,
		    struct chain *chain)
{
	while (!covered && at.node) {
		add(chain, at.mnt, at.node);
		covered = !wrong(w, DISCONNECTED_SHOWS_ALL);
		at.node = at.node->parent;
	}
	chain->ret = -ENOENT;
}

/* Go from one mount to the next, wrongly if a mistake is set. */
static bool leave_wrongly(const struct world *w, struct level *at,
			  bool *covered)
{
	*covered = !wrong(w, COVERED_IS_SHOWN);
	if (wrong(w, STACK_IS_STEPS) && at->mnt->parent) {
		*at = (struct level){ at->mnt->parent, at->mnt->mountpoint };
		*covered = at->node != at->mnt->root;
		return true;
	}
	if (!leave(at, NULL))
		return false;
	if (wrong(w, NEXT_MOUNT_TOO_HIGH) && at->node->parent->parent)
		at->node = at->node->parent;
	return true;
}

void model_walk(const struct world *w, struct level at, enum how how,
		struct chain *chain)
{
	bool covered = false;

	chain->nr = 0;
	do {
		if (is_cut_off(w, at, how)) {
			cut_off(w, at, covered, chain);
			return;
		}
		if (!walk_mount(w, at, covered, how, chain))
			break;
	} while (leave_wrongly(w, &at, &covered));
	chain->ret = chain->nr;
}

/*
 * Follow openat(fd, "..") again and again. It finds the levels of a walk,
 * except that it ends at the root of the process and enters mounts over a
 * directory.
 */
void model_dotdot(const struct world *w, struct level at, struct chain *chain)
{
	chain->nr = 0;
	for (;;) {
		struct level from = at;

		add(chain, at.mnt, at.node);
		if (!model_same(at, w->chroot) &&
		    (at.node != at.mnt->root || leave(&at, &w->chroot))) {
			if (at.node->parent)
				at.node = at.node->parent;
			if (at.mnt->root->parent &&
			    !model_below(at.node, at.mnt->root)) {
				chain->ret = -ENOENT;
				return;
			}
		}
		at = model_top_of_stack(w, at);
		if (model_same(at, from))
			break;
	}
	chain->ret = chain->nr;
}
