/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Declarations that the files of the oracle share, see oracle.h. A file calls
 * the files that are declared above it here, and none below.
 */
#ifndef __ORACLE_INTERNAL_H__
#define __ORACLE_INTERNAL_H__

#include "model.h"

/*
 * Iterate over all nodes or mounts that ever existed, including deleted and
 * unmounted ones.
 */
#define for_each_node(w, n) \
	for (struct node *n = (w)->node; n < (w)->node + (w)->nr_nodes; n++)
#define for_each_mnt(w, m) \
	for (struct mnt *m = (w)->mnt; m < (w)->mnt + (w)->nr_mnts; m++)

/* oracle/random.c */
__u64 random_next(__u64 *state);
/* Write the name of the @nr-th file that @op makes, at most 255 bytes. */
void random_name(const struct op *op, int nr, char *name);

/* oracle/text.c: these return static memory, for use in one printf(). */
const char *text_label(int label);
const char *text_node(const struct node *node);
const char *text_level(struct level at);
const char *text_seen(struct world *w, const struct seen *seen);

/* oracle/say.c */
/* Print a line about the current operation if the world is traced. */
void say_trace(const struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Print the failure if the world is traced, and end the process. */
void __attribute__((noreturn, format(printf, 3, 4)))
say_fail(struct world *w, enum verdict verdict, const char *format, ...);

/* oracle/track.c */
/*
 * Open @node by its names below @from, which @fd refers to. Return an O_PATH
 * descriptor, or -1 if @node is not there.
 */
int track_open(int fd, const struct node *from, const struct node *node);
/* Open @at from the root of its mount. Also return -1 if a mount hides it. */
int track_reach(const struct world *w, struct level at);
/* Add a node for the file @fd. Close @fd or keep it. */
struct node *track_node(struct world *w, int label, struct fs *fs,
			struct node *parent, const char *name, int fd);
/* Unmount the mounts on the deleted @node in detached trees. */
void track_deleted(struct world *w, const struct node *node);
/* Add a detached mount whose id is not known yet. */
struct mnt *track_mount(struct world *w, int label, struct node *root);
/* Learn the id of @mnt from @fd, which refers to its root. Keep @fd. */
void track_identify(struct mnt *mnt, int fd);
/* Open the root of @mnt, a copy that the kernel made, if a path leads to it. */
void track_find(struct world *w, struct mnt *mnt);
/* Return the mount with that label if it is attached, or NULL. */
struct mnt *track_attached(struct world *w, int label);
/* Return whether @mnt may be moved or unmounted. */
bool track_movable(const struct world *w, const struct mnt *mnt);
void track_make_private(int fd, int flags);
/* Give @fs another door, so that its only mount may be mounted on. */
void track_make_door(struct fs *fs);

/* oracle/sync.c */
/* Ignore all mounts that are not in the model now. */
void sync_foreign(struct world *w);
/* Prepare for an operation that mounts, moves or unmounts something. */
void sync_before(struct world *w);
/* Learn the copies that propagation has made of the tree of @attached. */
void sync_attach(struct world *w, struct mnt *attached);
void sync_umount(struct world *w, struct mnt *umounted);
void sync_verify(struct world *w);

/* oracle/fs.c: make a filesystem with a detached mount, or return NULL. */
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
/* Run @op on the kernel and the model. Return whether it did anything. */
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
