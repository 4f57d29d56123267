// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check whether the reported chain of ancestors existed: for
 * bpf_vfs_walk_ancestors(), also the sleepable one, and for the
 * control, a walk that goes step by step without a lock, which is known to be
 * wrong.
 *
 * A chain did not exist if it lacks a directory that the file is always below
 * (.marked_ino), has one that the file has not been in so far (.fresh), or has
 * one without an inode: a dentry with children is not negative.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "kernel.bpf.h"
#include "chase.bpf.h"
#include "snapshot.h"

#define CHASE_STEPS 128

char LICENSE[] SEC("license") = "GPL";

__u32 tid; /* the thread whose opens start a walk */
/*
 * Walks of each kind at each open. The last one is slowed, and the one before
 * it is disturbed.
 */
__u32 batch;
__u64 marked_ino;
volatile __u64 fresh;
bool by_generation; /* .fresh includes the generation of its inode */
__u64 delay; /* empty loops at each ancestor of a slowed walk */
__u64 patience; /* moves to await at each ancestor */
/* the most moves to await at each step of a chase, at random */
__u64 moves_of_chase;
volatile __u64 moves; /* made by the adversary so far */
__u64 gave_up; /* times that the awaited moves did not come */

struct tally rcu, pinned, chase;

/* The current walk */
static bool slowed, disturbed;
static bool locked; /* the walk has come to the locked pass */

struct look {
	__u64 found;
	__u64 impossible, renewed;
	__u64 restarts;
};

static long spin(__u32 i, void *data)
{
	return 0;
}

static long until_moved(__u32 i, void *data)
{
	__u64 *until = data;

	return (__s64)(moves - *until) >= 0;
}

static void await_moves(__u64 nr)
{
	__u64 until = moves + nr;

	gave_up += bpf_loop(BPF_MAX_LOOPS, until_moved, &until, 0) ==
		   BPF_MAX_LOOPS;
}

static void see(const struct dentry *dentry, struct look *look)
{
	__u64 ino = 0, id = 0;
	struct inode *inode;

	if (slowed)
		bpf_loop(delay, spin, NULL, 0);
	await_moves(patience);
	inode = BPF_CORE_READ(dentry, d_inode);
	if (inode) {
		ino = BPF_CORE_READ(inode, i_ino);
		id = snapshot_identity(
			ino,
			by_generation ? BPF_CORE_READ(inode, i_generation) : 0);
	}
	if (ino == marked_ino)
		look->found = 1;
	if (ino && id == fresh)
		look->renewed = 1;
	if (!ino || id == fresh)
		look->impossible = 1;
}

static int visit(const struct path *ancestor, void *data)
{
	struct look *look = data;

	if (!ancestor) {
		look->found = 0;
		look->impossible = 0;
		look->renewed = 0;
		look->restarts++;
		return 0;
	}
	see(ancestor->dentry, look);
	return 0;
}

static void count(struct tally *tally, const struct look *look, int ret)
{
	tally->restarts += look->restarts;
	tally->renewed += look->renewed;
	if (ret == -ENOENT)
		tally->cut_off++;
	else if (ret == -ESTALE)
		tally->stale++;
	else if (ret < 0)
		tally->errors++;
	if (ret < 0)
		return;
	tally->walks++;
	tally->slow += locked;
	tally->impossible += !look->found || look->impossible;
}

/*
 * Choose the kind of walk @i of a batch. The first walks see the place as it
 * was opened, as it may be cut off for the later ones.
 */
static void choose_kind(__u32 i)
{
	disturbed = i + 2 == batch;
	slowed = i + 1 == batch;
	locked = false;
}

static bool wanted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid;
}

struct chased {
	struct look look;
	struct chase at;
};

static long step(__u32 i, void *data)
{
	struct chased *chased = data;
	bool crosses;

	await_moves(bpf_get_prandom_u32() % (moves_of_chase + 1));
	see(chased->at.dentry, &chased->look);
	crosses = chase_at_root(&chased->at);
	if (crosses && !chase_cross(&chased->at))
		return 1;
	if (chase_up(&chased->at))
		return 0;
	if (!crosses) /* the place is cut off and has no chain */
		chased->look.found = 1;
	return 1;
}

static void walk_by_chase(struct file *file)
{
	struct chased chased = { .at = chase_from(file) };

	choose_kind(batch); /* neither disturbed nor slowed */
	bpf_loop(CHASE_STEPS, step, &chased, 0);
	count(&chase, &chased.look, 0);
}

/* A walk that is cut off ends the batch, as the others would be, too. */
#define WALK(tally, walk)                                   \
	bpf_for(i, 0, batch)                                \
	{                                                   \
		struct look look = {};                      \
		int ret;                                    \
                                                            \
		choose_kind(i);                             \
		ret = walk(&file->f_path, visit, &look, 0); \
		count(tally, &look, ret);                   \
		if (ret == -ENOENT)                         \
			break;                              \
	}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	WALK(&rcu, bpf_vfs_walk_ancestors);
	walk_by_chase(file);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	WALK(&pinned, bpf_vfs_walk_ancestors_sleepable);
	return 0;
}

/*
 * A walk is about to cross a mount, the last time at the top of the filesystem.
 * It has read the links and checks them next. A disturbed walk lets the
 * adversary work, so that the check fails. A slowed walk takes its time, and so
 * does a locked pass, in which nothing can change.
 */
SEC("kprobe/" FN_WALK_CROSSES_MOUNT)
int BPF_KPROBE(cross_mount)
{
	if (!wanted())
		return 0;
	if (slowed || locked)
		bpf_loop(delay * 10, spin, NULL, 0);
	if (disturbed && !locked)
		await_moves(ANY_CHANGE);
	return 0;
}

SEC("kprobe/" FN_WALK_LOCKED)
int BPF_KPROBE(slow_pass)
{
	if (wanted())
		locked = true;
	return 0;
}
