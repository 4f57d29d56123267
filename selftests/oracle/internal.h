/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the oracle have for one another, see oracle.h. A file calls
 * those that are declared above it here, and none below.
 */
#ifndef __ORACLE_INTERNAL_H__
#define __ORACLE_INTERNAL_H__

#include "model.h"

/* Iterate over all there ever were, also the deleted and unmounted. */
#define for_each_node(w, n) \
	for (struct node *n = (w)->node; n < (w)->node + (w)->nr_nodes; n++)
#define for_each_mnt(w, m) \
	for (struct mnt *m = (w)->mnt; m < (w)->mnt + (w)->nr_mnts; m++)

/* oracle/random.c */
__u64 random_next(__u64 *state);
/* The name of the @nr-th file that @op makes, of 255 bytes at most */
void random_name(const struct op *op, int nr, char *name);

/* oracle/text.c: in static memory, for use in one printf(). */
const char *text_label(int label);
const char *text_node(const struct node *node);
const char *text_level(struct level at);
const char *text_seen(struct world *w, const struct seen *seen);

/* oracle/say.c */
/* Print what was done, if the world is traced. */
void say_trace(const struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Print what is wrong, if the world is traced, and end its process. */
void __attribute__((noreturn, format(printf, 3, 4)))
say_fail(struct world *w, enum verdict verdict, const char *format, ...);

/* oracle/track.c */
/* Open @node as it is found from @fd, which is @from; -1 if it is not there. */
int track_open(int fd, const struct node *from, const struct node *node);
/* The same by @at.mnt; -1 also if a mount is in the way. */
int track_reach(const struct world *w, struct level at);
/* A new node, of the file @fd, which this closes or keeps */
struct node *track_node(struct world *w, int label, struct fs *fs,
			struct node *parent, const char *name, int fd);
/* @node was deleted: unmount what is mounted on it in detached trees. */
void track_deleted(struct world *w, const struct node *node);
/* A new mount, detached, of which no id is known */
struct mnt *track_mount(struct world *w, int label, struct node *root);
/* @fd, which this keeps, is the root of @mnt: learn its id. */
void track_identify(struct mnt *mnt, int fd);
/* Open the root of a mount that was not made by hand, if it is to be seen. */
void track_find(struct world *w, struct mnt *mnt);
/* The mount of that label if it is attached, or NULL */
struct mnt *track_attached(struct world *w, int label);
/* Return whether @mnt may be moved, or unmounted. */
bool track_movable(const struct world *w, const struct mnt *mnt);
void track_make_private(int fd, int flags);
/* From now on, the only mount of @fs may be mounted on. */
void track_make_door(struct fs *fs);

/* oracle/sync.c */
/* All mounts that are not in the model now are none of its business. */
void sync_foreign(struct world *w);
/* Before an operation that mounts, moves or unmounts something */
void sync_before(struct world *w);
/* What has come by propagation is from the tree of @attached. */
void sync_attach(struct world *w, struct mnt *attached);
void sync_umount(struct world *w, struct mnt *umounted);
void sync_verify(struct world *w);

/* oracle/fs.c: a new filesystem with a detached mount; NULL: it failed. */
struct mnt *fs_make(struct world *w, int label, enum fs_kind kind);

/* oracle/files.c: an operation returns whether it has done something. */
bool files_make(struct world *w, const struct op *op);
bool files_deep(struct world *w, const struct op *op);
bool files_rename(struct world *w, const struct op *op);
bool files_exchange(struct world *w, const struct op *op);
bool files_remove(struct world *w, const struct op *op);
bool files_link(struct world *w, const struct op *op);

/* oracle/places.c */
bool places_hold(struct world *w, const struct op *op);
bool places_tmpfile(struct world *w, const struct op *op);
bool places_internal(struct world *w, const struct op *op);
bool places_chroot(struct world *w, const struct op *op);

/* oracle/mounts.c */
bool mounts_mount(struct world *w, const struct op *op);
bool mounts_bind(struct world *w, const struct op *op);
bool mounts_clone(struct world *w, const struct op *op);
bool mounts_attach(struct world *w, const struct op *op);

/* oracle/change.c */
bool change_dissolve(struct world *w, const struct op *op);
bool change_umount(struct world *w, const struct op *op);
bool change_propagation(struct world *w, const struct op *op);
bool change_pivot(struct world *w, const struct op *op);

/* oracle/ops.c */
/* Run @op on the kernel and on the model; return whether it has done something. */
bool ops_run(struct world *w, const struct op *op);

/* oracle/plans.c, which calls oracle/gen.c, see gen.h */
void plans_world(struct world *w, __u64 seed);

/* oracle/begin.c */
void begin_world(struct world *w);

/* oracle/cover.c */
void cover_place(struct world *w, const struct place *place);

/* oracle/check.c */
void check_world(struct world *w);

#endif
