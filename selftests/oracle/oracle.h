/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: worlds of files and mounts that are made at random, and what a
 * walk has to report of the places in them, told without asking the walk.
 *
 *   oracle/run.c     a process for each world, and shrinking
 *   oracle/begin.c   what is there at the beginning
 *   oracle/plans.c   makes up a world: operations that lead somewhere interesting
 *   oracle/gen.c       chooses at random, and runs what was chosen
 *   oracle/ops.c     runs operations: on the kernel, and on the model
 *   oracle/files.c     those on files and directories
 *   oracle/places.c    those that hold something open, to walk from
 *   oracle/mounts.c    those that add mounts
 *   oracle/fs.c          of new filesystems
 *   oracle/change.c    those that change mounts
 *   oracle/sync.c    learns from statmount() what propagation has done
 *   oracle/track.c   takes new nodes and mounts into the model
 *   oracle/check.c   compares: walk, model, openat(fd, "..")
 *   oracle/cover.c   counts what is special about the places compared
 *   oracle/model.c   tells chains from the model
 *   oracle/say.c     reports; oracle/text.c has the names of things for people
 *   oracle/random.c  numbers and names of files
 *
 * internal.h has their order: no two files call each other, by others either.
 */
#ifndef __ORACLE_H__
#define __ORACLE_H__

#include <stdbool.h>
#include <linux/types.h>

#include "ancestors.h"

/* The flags of a walk that make a difference to what it reports */
enum how { HOW_PLAIN, HOW_DISCONNECTED, HOW_FS_ROOT, NR_HOWS };

/* Ways in which the model can be wrong, for the test of the test */
enum mistake {
	NO_MISTAKE,
	STACK_IS_STEPS,
	COVERED_IS_SHOWN,
	OVERMOUNT_IS_ENTERED,
	CHROOT_IS_TOP,
	DISCONNECTED_UNNOTICED,
	DISCONNECTED_SHOWS_ALL,
	FS_ROOT_IS_MOUNT_ROOT,
	DELETED_IS_SKIPPED,
	NEXT_MOUNT_TOO_HIGH,
	NR_MISTAKES
};

enum op_kind {
	OP_MKDIR,
	OP_MKFILE,
	OP_DEEP, /* many directories, each in the one before */
	OP_RENAME,
	OP_EXCHANGE,
	OP_REMOVE,
	OP_LINK,
	OP_MOUNT,
	OP_FSMOUNT, /* like all clones, detached */
	OP_BIND,
	OP_CLONE,
	OP_ATTACH, /* what is detached; or a move */
	OP_DISSOLVE,
	OP_UMOUNT,
	OP_PROPAGATION,
	OP_PIVOT,
	OP_HOLD,
	OP_TMPFILE,
	OP_INTERNAL,
	OP_CHROOT,
	NR_OPS
};

/* With OP_BIND, OP_CLONE and OP_PROPAGATION, or with OP_ATTACH */
#define ARG_RECURSIVE 1
#define ARG_BENEATH 1

/*
 * An operation names what it works on by the labels of the operations that made
 * it, so that it means the same, or nothing, when others are left out.
 */
struct op {
	enum op_kind kind;
	int label; /* of the first thing it makes; others follow */
	int mnt, node; /* source, or object */
	int to_mnt, to_node; /* target */
	int arg; /* flags, kind of filesystem, or number of directories */
	int type; /* of propagation */
	bool plain; /* give it a short name */
	__u64 name; /* what its name is made from */
};

#define LABELS 256 /* for each operation */
#define MAX_OPS 160
#define NR_FEATURES 40

enum verdict { DIED, AGREED, WRONG_WALK, WRONG_DOTDOT, WRONG_MOUNTS };

/* What the process of a world leaves behind, in shared memory */
struct report {
	enum verdict verdict;
	__u64 places, comparisons, dotdots, confirmed;
	__u64 feature[NR_FEATURES];
	__u64 done[NR_OPS];
	int nr_ops;
	struct op op[MAX_OPS];
};

struct ancestors_bpf__bss;

/* What a test wants */
struct oracle {
	struct ancestors_bpf__bss *bss; /* of the programs that walk */
	const __u64 *modes;
	int nr_modes;
	enum how (*how)(__u64 mode);
	enum mistake mistake;
	struct report *report; /* shared memory */
};

/*
 * A world of operations made up from @seed; or of @op, if there is any. Prints
 * what it does and what is wrong if @trace.
 */
enum verdict oracle_world(const struct oracle *oracle, __u64 seed,
			  const struct op *op, int nr, bool trace);

/* Leave out of the failed world in .report what it can fail without. */
void oracle_shrink(const struct oracle *oracle, struct op *op, int *nr);

const char *say_name(enum op_kind kind); /* of an operation */
const char *cover_name(int feature); /* NULL: there are no more */

#endif
