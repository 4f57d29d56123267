/* SPDX-License-Identifier: GPL-2.0-only */
/* The model of a world, and the chains derived from it */
#ifndef __ORACLE_MODEL_H__
#define __ORACLE_MODEL_H__

#include "oracle.h"

enum fs_kind { FS_BASE, FS_TMPFS, FS_RAMFS, FS_OVERLAY, FS_PROC };

struct fs {
	int label;
	enum fs_kind kind;
	__u64 dev;
	struct node *root;
	struct mnt *only; /* its only mount, if that was never attached */
	int door; /* the root, opened by a mount that nothing is mounted on */
};

/* A dentry */
struct node {
	int label;
	struct fs *fs;
	/* kept when deleted; NULL for the root of the fs */
	struct node *parent;
	char name[256];
	bool dir, deleted, linked, tmpfile;
	__u64 ino;
	int fd; /* keeps it in memory where the filesystem does not */
};

/* A mount is DISSOLVED if closing the descriptor that made it unmounted it. */
enum where { ATTACHED, DETACHED, UNMOUNTED, DISSOLVED };

struct mnt {
	int label;
	__u64 id; /* 0 if not known, as it is out of reach */
	struct fs *fs;
	struct node *root;
	struct mnt *parent;
	struct node *mountpoint;
	int order; /* grows with each mounting */
	enum where where;
	__u64 propagation; /* MS_SHARED and so on */
	bool recursive, propagated, moved, beneath, pivoted;
	int fd; /* its root, O_PATH; -1 if out of reach */
	int tree_fd; /* closing it dissolves the detached mount */
	/* These are valid within an operation. */
	struct mnt *was_parent;
	struct node *was_mountpoint;
	struct mnt *source; /* the origin of a copy made by propagation */
	bool fresh;
};

struct level {
	struct mnt *mnt;
	struct node *node;
};

/* An object that is held open to walk from */
struct place {
	int label;
	struct level at;
	bool internal; /* a pipe or the like, without a level */
	int fd;
};

#define MAX_FS 32
#define MAX_NODES 1024
#define MAX_MNTS 400
#define MAX_PLACES 100

/* Labels of the initial objects, see begin_world(), and of operations */
#define LABEL_BASE (1 * LABELS)
#define LABEL_HOME (2 * LABELS)
#define LABEL_OPS (3 * LABELS)
/* The first label of an operation for mounts that propagation makes */
#define LABEL_LEARNED 160

struct world {
	struct fs fs[MAX_FS];
	struct node node[MAX_NODES];
	struct mnt mnt[MAX_MNTS];
	struct place place[MAX_PLACES];
	int nr_fs, nr_nodes, nr_mnts, nr_places;
	__u64 random;
	const struct op *op; /* the operation that is being run */
	int label_learned; /* for the next mount that propagation makes */
	int order; /* number of the latest mounting */
	bool shadows; /* two mounts share a mountpoint of one mount */
	struct mnt *base; /* the mount of / at the beginning */
	struct mnt *root_mnt; /* the root of the process */
	struct level chroot; /* the root during the walks */
	int chroot_fd; /* -1 for the root of the namespace */
	__u64 above_top; /* id of the mount that the top one is mounted on */
	int proc_fd; /* /proc/self/fd */
	int depot; /* holds the layers of overlays; -1 if not made yet */
	enum mistake mistake;
	bool trace;
	struct report *report;
	const struct oracle *oracle;
};

#define CHAIN_MAX SEEN_MAX

struct chain {
	int nr;
	int ret; /* the return value of a walk */
	struct level level[CHAIN_MAX];
};

bool model_same(struct level a, struct level b);
bool model_below(const struct node *node, const struct node *top);
bool model_mounted_below(const struct mnt *mnt, const struct mnt *top);
struct mnt *model_mounted_on(const struct world *w, struct level at);
void model_mount(struct world *w, struct mnt *mnt, struct level at);
struct level model_top_of_stack(const struct world *w, struct level at);
/*
 * Return whether @at can be reached from the root of its mount: it is below
 * that root, and on the way nothing is deleted or covered by a mount.
 */
bool model_in_reach(const struct world *w, struct level at);
struct level model_root(struct mnt *mnt);

/* Find an object by label or name. Return NULL if there is none. */
struct node *model_node(struct world *w, int label);
struct mnt *model_mnt(struct world *w, int label);
struct node *model_child(struct world *w, const struct node *dir,
			 const char *name);

struct seen model_seen(struct level at);
void model_walk(const struct world *w, struct level at, enum how how,
		struct chain *chain);
void model_dotdot(const struct world *w, struct level at, struct chain *chain);

#endif
