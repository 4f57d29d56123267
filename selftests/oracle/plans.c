// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plans for the next operations in a world. Chance alone seldom leads to
 * interesting places, so some plans combine several operations.
 */
#define _GNU_SOURCE
#include <sys/mount.h>

#include "gen.h"

#define FIRST_FILES 10
#define OPS 64 /* more follow, to hold places */
#define PLACES 52

static void hold(struct world *w, struct level at)
{
	gen_emit(w, gen_on(OP_HOLD, at));
}

/* Make a few directories, more than a walk gathers at once, or many more. */
static void make_deep(struct world *w, struct node *dir)
{
	int depth = gen_chance(w, 25) ? 90 + gen_below(w, 30) :
					2 + gen_below(w, 60);
	int nodes = w->nr_nodes;

	if (dir->fs->kind == FS_OVERLAY || nodes > 250)
		return;
	if (gen_emit(w, gen_with(gen_on_node(OP_DEEP, dir), depth)))
		hold(w, gen_way_to(w, &w->node[w->nr_nodes - 1]));
}

static void link_one(struct world *w, struct node *dir)
{
	struct op op = gen_on_node(OP_LINK, gen_node(w, false));

	gen_emit(w, gen_to_node(op, dir));
}

static void make_files(struct world *w)
{
	unsigned int kind = gen_below(w, 100);
	struct node *dir = gen_node(w, true);

	if (!dir)
		return;
	if (kind < 60)
		gen_emit(w, gen_on_node(OP_MKDIR, dir));
	else if (kind < 82)
		gen_emit(w, gen_on_node(OP_MKFILE, dir));
	else if (kind < 90)
		make_deep(w, dir);
	else
		link_one(w, dir);
}

static void rename_one(struct world *w)
{
	struct node *node = gen_node(w, gen_chance(w, 80));
	enum op_kind kind = gen_chance(w, 65) ? OP_RENAME : OP_EXCHANGE;

	if (node)
		gen_emit(w, gen_to_node(gen_on_node(kind, node),
					gen_dir_of(w, node->fs)));
}

static void mount_on(struct world *w, struct level at)
{
	struct op op = { .kind = OP_MOUNT, .arg = gen_fs(w) };

	if (w->nr_mnts <= MANY_MNTS)
		gen_emit(w, gen_to(op, at));
}

static void mount_some(struct world *w)
{
	struct level at = gen_attached(w);

	for (int i = gen_chance(w, 25) ? 3 : 1; i; i--)
		mount_on(w, at);
}

static void bind(struct world *w)
{
	struct level from = gen_place(w), to = gen_attached(w);

	if (w->nr_mnts > MANY_MNTS)
		return;
	if (!from.node->dir)
		to.node = gen_child(w, to.node);
	gen_emit(w, gen_with(gen_to(gen_on(OP_BIND, from), to),
			     gen_chance(w, 40) ? ARG_RECURSIVE : 0));
}

static void detach(struct world *w)
{
	if (w->nr_mnts > MANY_MNTS)
		return;
	if (gen_chance(w, 35))
		gen_emit(w,
			 (struct op){ .kind = OP_FSMOUNT, .arg = gen_fs(w) });
	else
		gen_emit(w, gen_with(gen_on(OP_CLONE, gen_place(w)),
				     gen_chance(w, 60) ? ARG_RECURSIVE : 0));
}

static void attach(struct world *w)
{
	struct mnt *mnt = gen_mnt(w, gen_chance(w, 60) ? DETACHED : ATTACHED);

	if (mnt)
		gen_emit(w, gen_with(gen_to(gen_on(OP_ATTACH, model_root(mnt)),
					    gen_attached(w)),
				     gen_chance(w, 40) ? ARG_BENEATH : 0));
}

static void dissolve(struct world *w)
{
	struct mnt *mnt = gen_mnt(w, DETACHED);

	if (!mnt)
		return;
	hold(w, gen_down(w, mnt, 80));
	gen_emit(w, gen_on(OP_DISSOLVE, model_root(mnt)));
}

static void unmount(struct world *w)
{
	struct mnt *mnt = gen_mnt(w, ATTACHED);

	if (mnt->label == LABEL_HOME && gen_chance(w, 90))
		return;
	hold(w, gen_down(w, mnt, 80));
	gen_emit(w, gen_on(OP_UMOUNT, model_root(mnt)));
}

static void set_propagation(struct world *w, struct mnt *mnt, int type,
			    bool recursive)
{
	struct op op = gen_on(OP_PROPAGATION, model_root(mnt));

	op.type = type;
	gen_emit(w, gen_with(op, recursive ? ARG_RECURSIVE : 0));
}

static void propagate(struct world *w)
{
	static const int types[] = { MS_SHARED,	 MS_SHARED,  MS_SHARED,
				     MS_SLAVE,	 MS_SLAVE,   MS_PRIVATE,
				     MS_PRIVATE, MS_PRIVATE, MS_UNBINDABLE };
	int type = types[gen_below(w, sizeof(types) / sizeof(*types))];

	set_propagation(w, gen_mnt(w, ATTACHED), type, gen_chance(w, 40));
}

static void pivot(struct world *w)
{
	struct level at = model_root(gen_mnt(w, ATTACHED));

	if (gen_chance(w, 50))
		at.node = gen_child(w, at.node) ?: at.node;
	gen_emit(w, gen_on(OP_PIVOT, at));
}

static void hold_some(struct world *w)
{
	unsigned int kind = gen_below(w, 100);

	if (kind < 86)
		hold(w, gen_place(w));
	else if (kind < 93)
		gen_emit(w, gen_on(OP_TMPFILE, gen_place(w)));
	else if (kind < 97)
		gen_emit(w, (struct op){ .kind = OP_INTERNAL,
					 .arg = gen_below(w, 3) });
	else
		gen_emit(w, gen_on(OP_CHROOT, gen_place(w)));
}

/* Plans of several operations that belong together */

/* Pick a place below the root of a bind mount, at times far below. */
static struct level in_bind(struct world *w)
{
	struct mnt *mnt = gen_bind(w);
	struct level at = {};

	if (!mnt)
		return at;
	if (!gen_child(w, mnt->root))
		gen_emit(w, gen_on_node(OP_MKDIR, mnt->root));
	at = gen_down(w, mnt, 95);
	if (at.node->dir && gen_chance(w, 25)) {
		make_deep(w, at.node);
		at = gen_down(w, mnt, 99);
	}
	return at;
}

/* Mount something on a new directory in @at, and hold it. */
static void mount_in(struct world *w, struct level at)
{
	int mounts = w->nr_mnts;

	if (!gen_emit(w, gen_on_node(OP_MKDIR, at.node)))
		return;
	at.node = &w->node[w->nr_nodes - 1];
	mount_on(w, at);
	if (w->nr_mnts > mounts)
		hold(w, gen_down(w, &w->mnt[mounts], 50));
}

/* Rename a held place out of its bind mount. */
static void escape(struct world *w)
{
	struct level at = in_bind(w);
	struct node *node = at.node;

	if (!at.mnt || node == at.mnt->root)
		return;
	hold(w, at);
	if (gen_chance(w, 40))
		mount_in(w, at);
	while (node->parent != at.mnt->root && gen_chance(w, 90))
		node = node->parent;
	for (int i = 0; i < 3; i++)
		hold(w, gen_down(w, at.mnt, 90));
	for (int i = 0; i < 3; i++)
		if (gen_emit(w, gen_to_node(gen_on_node(OP_RENAME, node),
					    gen_dir_of(w, node->fs))))
			return;
}

/* Mount something over an ancestor of a place that is held. */
static void cover(struct world *w)
{
	struct level at = gen_down(w, gen_mnt(w, ATTACHED), 90);

	hold(w, at);
	for (int i = gen_below(w, 4); i && at.node != at.mnt->root; i--)
		at.node = at.node->parent;
	if (gen_chance(w, 50))
		mount_on(w, at);
	else
		gen_emit(w, gen_to(gen_on(OP_BIND, gen_place(w)), at));
}

static void delete_some(struct world *w)
{
	struct level at = gen_down(w, gen_mnt(w, ATTACHED), 85);

	hold(w, at);
	for (int i = gen_below(w, 3); i && at.node != at.mnt->root; i--)
		at.node = at.node->parent;
	gen_emit(w, gen_on_node(OP_REMOVE, at.node));
}

/* Mount something in a tree that has a peer or a slave, which gets a copy. */
static void share(struct world *w)
{
	struct mnt *mnt = gen_mnt(w, ATTACHED), *peer = &w->mnt[w->nr_mnts];

	if (w->nr_mnts > MANY_MNTS)
		return;
	set_propagation(w, mnt, MS_SHARED, false);
	if (!gen_emit(w, gen_to(gen_on(OP_BIND, gen_down(w, mnt, 40)),
				gen_attached(w))))
		return;
	if (gen_chance(w, 30))
		set_propagation(w, peer, MS_SLAVE, false);
	mount_on(w, gen_down(w, mnt, 75));
}

static const struct {
	int weight;
	void (*run)(struct world *w);
} plans[] = {
	{ 20, make_files }, { 7, rename_one },	{ 7, mount_some },
	{ 8, bind },	    { 5, detach },	{ 7, attach },
	{ 3, dissolve },    { 3, unmount },	{ 4, propagate },
	{ 1, pivot },	    { 12, hold_some },	{ 9, escape },
	{ 3, cover },	    { 4, delete_some }, { 4, share },
};

static void run_plan(struct world *w)
{
	int sum = 0, at;
	size_t i;

	for (i = 0; i < sizeof(plans) / sizeof(*plans); i++)
		sum += plans[i].weight;
	at = gen_below(w, sum);
	for (i = 0; at >= plans[i].weight; i++)
		at -= plans[i].weight;
	plans[i].run(w);
}

void plans_world(struct world *w, __u64 seed)
{
	w->random = seed;
	for (int i = 0; i < FIRST_FILES; i++)
		make_files(w);
	/* plans may rely on a mount to work on */
	for (int i = 0; i < 4 * OPS && w->report->nr_ops < OPS; i++)
		if (gen_mnt(w, ATTACHED))
			run_plan(w);
	for (int i = 0; i < 2 * PLACES && w->nr_places < PLACES; i++)
		gen_emit(w, gen_on(OP_HOLD, gen_place(w)));
	if (gen_chance(w, 30))
		gen_emit(w, gen_on(OP_CHROOT, gen_attached(w)));
}
