/* SPDX-License-Identifier: GPL-2.0-only */
/* Random choices for the plans of a world */
#ifndef __ORACLE_GEN_H__
#define __ORACLE_GEN_H__

#include "internal.h"

#define MANY_MNTS 36

unsigned int gen_below(struct world *w, unsigned int n);
bool gen_chance(struct world *w, unsigned int percent);

/* Run an operation, and keep it in the report if it has done anything. */
bool gen_emit(struct world *w, struct op op);

/* Pick at random. Return NULL, or a level without a mount, if there is none. */
struct mnt *gen_mnt(struct world *w, enum where where);
struct mnt *gen_bind(struct world *w); /* an attached bind of a directory */
struct node *gen_node(struct world *w, bool dir);
struct node *gen_dir_of(struct world *w, const struct fs *fs);
struct node *gen_child(struct world *w, const struct node *dir);
struct level gen_way_to(struct world *w, struct node *node);
/*
 * Descend from the root of @mnt, with a chance of @percent to go on at each
 * step.
 */
struct level gen_down(struct world *w, struct mnt *mnt, unsigned int percent);
struct level gen_place(struct world *w); /* mostly in an attached mount */
struct level gen_attached(struct world *w);
enum fs_kind gen_fs(struct world *w);

/* Make operations of the picked objects. */
struct op gen_on_node(enum op_kind kind, const struct node *node);
struct op gen_on(enum op_kind kind, struct level at);
struct op gen_to_node(struct op op, const struct node *node);
struct op gen_to(struct op op, struct level at);
struct op gen_with(struct op op, int arg);

#endif
