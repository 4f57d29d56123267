/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the oracle have for one another, see oracle/oracle.h */
#ifndef __ORACLE_ROOMS_H__
#define __ORACLE_ROOMS_H__

#include "model.h"

/* Iterate over all there ever were, also the deleted and unmounted. */
#define for_each_node(w, n) \
	for (struct node *n = (w)->node; n < (w)->node + (w)->nr_nodes; n++)
#define for_each_mnt(w, m) \
	for (struct mnt *m = (w)->mnt; m < (w)->mnt + (w)->nr_mnts; m++)

/* oracle/ops.c */
void world_begin(struct world *w);
bool ops_run(struct world *w, const struct op *op);
void ops_file_name(const struct op *op, int nr, char *name);
__u64 ops_random(__u64 *state);

/* Says what was done, if somebody wants to know */
void ops_trace(const struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Ends the process of the world. */
void __attribute__((noreturn, format(printf, 3, 4)))
ops_fail(struct world *w, enum verdict verdict, const char *format, ...);

/* oracle/files.c: an operation returns whether it has done something. */
bool files_make(struct world *w, const struct op *op);
bool files_deep(struct world *w, const struct op *op);
bool files_rename(struct world *w, const struct op *op);
bool files_exchange(struct world *w, const struct op *op);
bool files_remove(struct world *w, const struct op *op);
bool files_link(struct world *w, const struct op *op);
struct node *files_add(struct world *w, int label, struct fs *fs,
		       struct node *parent, const char *name, int fd);

/* oracle/places.c */
bool places_hold(struct world *w, const struct op *op);
bool places_tmpfile(struct world *w, const struct op *op);
bool places_internal(struct world *w, const struct op *op);
bool places_chroot(struct world *w, const struct op *op);
/* Open @node as it is found from @fd, which is @from; -1 if it is not there. */
int places_open(int fd, const struct node *from, const struct node *node);
/* The same by @at.mnt; -1 also if a mount is in the way. */
int places_reach(const struct world *w, struct level at);

/* oracle/fs.c: a new filesystem with a detached mount; NULL: it failed. */
struct mnt *fs_make(struct world *w, int label, enum fs_kind kind);

/* oracle/mounts.c */
bool mounts_mount(struct world *w, const struct op *op);
bool mounts_bind(struct world *w, const struct op *op);
bool mounts_clone(struct world *w, const struct op *op);
bool mounts_attach(struct world *w, const struct op *op);
struct mnt *mounts_add(struct world *w, int label, struct node *root);
struct mnt *mounts_attached(struct world *w, int label);
/* May it be moved, or unmounted? */
bool mounts_movable(const struct world *w, const struct mnt *mnt);
void mounts_identify(struct mnt *mnt, int fd);
/* Open the root of a mount that was not made by hand, if it is to be seen. */
void mounts_find(struct world *w, struct mnt *mnt);
/* From now on, the only mount of it may be mounted on. */
void mounts_make_door(struct fs *fs);

/* oracle/change.c */
bool change_dissolve(struct world *w, const struct op *op);
bool change_umount(struct world *w, const struct op *op);
bool change_propagation(struct world *w, const struct op *op);
bool change_pivot(struct world *w, const struct op *op);
/* What is mounted on @node, in detached trees, is so no more. */
void change_deleted(struct world *w, const struct node *node);

/* oracle/sync.c */
void sync_foreign(struct world *w);
void sync_before(struct world *w);
/* What has come by propagation is from the tree of @attached. */
void sync_attach(struct world *w, struct mnt *attached);
void sync_umount(struct world *w, struct mnt *umounted);
void sync_verify(struct world *w);

/* oracle/gen.c */
void gen_world(struct world *w, __u64 seed);

/* oracle/check.c */
void check_world(struct world *w);

/* oracle/cover.c */
void cover_place(struct world *w, const struct place *place);

/* oracle/text.c: in static memory, for use in one printf(). */
const char *text_label(int label);
const char *text_node(const struct node *node);
const char *text_level(struct level at);
const char *text_seen(struct world *w, const struct seen *seen);

#endif
