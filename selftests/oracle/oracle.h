/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle makes worlds of files and mounts at random. It derives the report
 * to expect of a walk from each place in them, without asking the walk.
 *
 *   oracle/run.c     runs a process for each world, and shrinks failing worlds
 *   oracle/begin.c   sets up the beginning of a world
 *   oracle/plans.c   makes up operations that lead to interesting places
 *   oracle/gen.c       chooses at random, and runs the chosen operations
 *   oracle/ops.c     runs operations on the kernel and on the model
 *   oracle/files.c     changes files and directories
 *   oracle/places.c    holds places open to walk from
 *   oracle/mounts.c    adds mounts
 *   oracle/fs.c          makes new filesystems
 *   oracle/change.c    changes mounts
 *   oracle/sync.c    learns the effects of propagation from statmount()
 *   oracle/track.c   takes new nodes and mounts into the model
 *   oracle/check.c   compares the walk, the model and openat(fd, "..")
 *   oracle/cover.c   counts the special features of the places compared
 *   oracle/model.c   derives chains from the model
 *   oracle/say.c     reports; oracle/text.c has names of objects for people
 *   oracle/random.c  makes random numbers and names of files
 *
 * internal.h declares them in order: no two files call each other, directly or
 * through others.
 */
#ifndef __ORACLE_H__
#define __ORACLE_H__

#include <stdbool.h>
#include <linux/types.h>

#include "ancestors.h"

/* The flags of a walk that change its report */
enum how { HOW_PLAIN, HOW_DISCONNECTED, HOW_FS_ROOT, NR_HOWS };

/* Mistakes that the model can make, for the test of the test */
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
	OP_DEEP, /* many directories, each in the previous one */
	OP_RENAME,
	OP_EXCHANGE,
	OP_REMOVE,
	OP_LINK,
	OP_MOUNT,
	OP_FSMOUNT, /* detached, like all clones */
	OP_BIND,
	OP_CLONE,
	OP_ATTACH, /* attaches a detached mount, or moves one */
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

/*
 * ARG_RECURSIVE goes with OP_BIND, OP_CLONE and OP_PROPAGATION, ARG_BENEATH
 * with OP_ATTACH.
 */
#define ARG_RECURSIVE 1
#define ARG_BENEATH 1

/*
 * An operation names its operands by the labels of the operations that made
 * them. It keeps its meaning, or does nothing, when others are left out.
 */
struct op {
	enum op_kind kind;
	int label; /* the first thing it makes; others follow */
	int mnt, node; /* source or object */
	int to_mnt, to_node; /* target */
	int arg; /* flags, kind of filesystem, or number of directories */
	int type; /* propagation type */
	bool plain; /* give it a short name */
	__u64 name; /* seed of its name */
};

#define LABELS 256 /* per operation */
#define MAX_OPS 160
#define NR_FEATURES 40

enum verdict { DIED, AGREED, WRONG_WALK, WRONG_DOTDOT, WRONG_MOUNTS };

/* The results that the process of a world leaves in shared memory */
struct report {
	enum verdict verdict;
	__u64 places, comparisons, dotdots, confirmed;
	__u64 feature[NR_FEATURES];
	__u64 done[NR_OPS];
	int nr_ops;
	struct op op[MAX_OPS];
};

struct ancestors_bpf__bss;

/* The parameters of a test */
struct oracle {
	/* variables of the programs that walk */
	struct ancestors_bpf__bss *bss;
	const __u64 *modes;
	int nr_modes;
	enum how (*how)(__u64 mode);
	enum mistake mistake;
	struct report *report; /* in shared memory */
};

/*
 * Run a world of the @nr operations in @op or, if @op is NULL, of operations
 * made up from @seed. Print the operations and the failure if @trace. Return
 * the verdict.
 */
enum verdict oracle_world(const struct oracle *oracle, __u64 seed,
			  const struct op *op, int nr, bool trace);

/*
 * Reduce the failed world in .report to the operations that it needs to fail.
 * Store them in @op, which has room for MAX_OPS, and their number in @nr.
 */
void oracle_shrink(const struct oracle *oracle, struct op *op, int *nr);

const char *say_name(enum op_kind kind); /* Return the name of an operation. */
/* Return the name of a feature, or NULL after the last one. */
const char *cover_name(int feature);

#endif
