// SPDX-License-Identifier: GPL-2.0-only
/* Choose from the contents of a world, and make operations of the choices. */
#define _GNU_SOURCE
#include <stddef.h>

#include "gen.h"

unsigned int gen_below(struct world *w, unsigned int n)
{
	return random_next(&w->random) % n;
}

bool gen_chance(struct world *w, unsigned int percent)
{
	return gen_below(w, 100) < percent;
}

bool gen_emit(struct world *w, struct op op)
{
	struct report *report = w->report;

	if (report->nr_ops == MAX_OPS)
		return false;
	op.label = LABEL_OPS + report->nr_ops * LABELS;
	op.name = random_next(&w->random);
	/* record it first, as it may be the one that goes wrong */
	report->op[report->nr_ops++] = op;
	if (ops_run(w, &op))
		return true;
	report->nr_ops--;
	return false;
}

static bool is_usable(const struct mnt *mnt, enum where where)
{
	return mnt->where == where && mnt->fd >= 0 && mnt->label != LABEL_BASE;
}

struct mnt *gen_mnt(struct world *w, enum where where)
{
	struct mnt *found = NULL;
	int nr = 0;

	for_each_mnt(w, m)
		if (is_usable(m, where) && !gen_below(w, ++nr))
			found = m;
	return found;
}

struct mnt *gen_bind(struct world *w)
{
	struct mnt *found = NULL;
	int nr = 0;

	for_each_mnt(w, m)
		if (is_usable(m, ATTACHED) && m->root->parent && m->root->dir &&
		    !gen_below(w, ++nr))
			found = m;
	return found;
}

static bool is_changeable(const struct node *node)
{
	return !node->deleted && node->fs->kind != FS_BASE &&
	       node->fs->kind != FS_PROC;
}

struct node *gen_node(struct world *w, bool dir)
{
	struct node *found = NULL;
	int nr = 0;

	for_each_node(w, n)
		if (n->dir == dir && is_changeable(n) && !gen_below(w, ++nr))
			found = n;
	return found;
}

struct node *gen_dir_of(struct world *w, const struct fs *fs)
{
	struct node *found = NULL;
	int nr = 0;

	for_each_node(w, n)
		if (n->fs == fs && n->dir && !n->deleted && !gen_below(w, ++nr))
			found = n;
	return found;
}

struct node *gen_child(struct world *w, const struct node *dir)
{
	struct node *found = NULL;
	int nr = 0;

	for_each_node(w, n)
		if (n->parent == dir && !n->deleted && !gen_below(w, ++nr))
			found = n;
	return found;
}

struct level gen_way_to(struct world *w, struct node *node)
{
	struct level found = {};
	int nr = 0;

	for_each_mnt(w, m) {
		struct level at = { m, node };

		if (m->fd >= 0 && model_in_reach(w, at) && !gen_below(w, ++nr))
			found = at;
	}
	return found;
}

struct level gen_down(struct world *w, struct mnt *mnt, unsigned int percent)
{
	struct level at = { mnt, mnt ? mnt->root : NULL };

	while (mnt && gen_chance(w, percent)) {
		struct level next = { mnt, gen_child(w, at.node) };

		if (!next.node || model_mounted_on(w, next))
			break;
		at = next;
	}
	return at;
}

struct level gen_place(struct world *w)
{
	unsigned int kind = gen_below(w, 100);
	enum where where = kind < 80 ? ATTACHED :
			   kind < 90 ? DETACHED :
			   kind < 95 ? UNMOUNTED :
				       DISSOLVED;

	return gen_down(w, gen_mnt(w, where) ?: gen_mnt(w, ATTACHED), 85);
}

/*
 * Mount on the root of a mount only sometimes, which makes enough stacks and
 * covered mounts.
 */
struct level gen_attached(struct world *w)
{
	struct level at;
	int tries = gen_chance(w, 15) ? 1 : 6;

	do {
		at = gen_down(w, gen_mnt(w, ATTACHED), 75);
	} while (--tries && at.mnt && at.node == at.mnt->root);
	return at;
}

enum fs_kind gen_fs(struct world *w)
{
	unsigned int kind = gen_below(w, 100);

	return kind < 50 ? FS_TMPFS :
	       kind < 70 ? FS_RAMFS :
	       kind < 92 ? FS_OVERLAY :
			   FS_PROC;
}

static int label_of(const struct node *node)
{
	return node ? node->label : -1;
}

struct op gen_on_node(enum op_kind kind, const struct node *node)
{
	return (struct op){ .kind = kind, .node = label_of(node) };
}

struct op gen_on(enum op_kind kind, struct level at)
{
	struct op op = gen_on_node(kind, at.node);

	op.mnt = at.mnt ? at.mnt->label : -1;
	return op;
}

struct op gen_to_node(struct op op, const struct node *node)
{
	op.to_node = label_of(node);
	return op;
}

struct op gen_to(struct op op, struct level at)
{
	op.to_mnt = at.mnt ? at.mnt->label : -1;
	return gen_to_node(op, at.node);
}

struct op gen_with(struct op op, int arg)
{
	op.arg = arg;
	return op;
}
