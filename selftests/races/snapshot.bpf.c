// SPDX-License-Identifier: GPL-2.0-only
/*
 * Did the chain of ancestors exist? Asked of bpf_vfs_walk_ancestors(), with and
 * without VFS_WALK_MAY_SLEEP, and of a walk that goes step by step without a
 * lock, which is known to be wrong: the control.
 *
 * A chain did not exist if it lacks a directory that the file is always below
 * (.marked_ino), has one that the file has not been in so far (.fresh), or
 * one that has no inode: what has children is no negative dentry.
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

__u32 tid; /* of the thread whose opens are walked from */
__u32 batch; /* walks of each kind at each open; disturbed, slowed: the last two */
__u64 marked_ino;
volatile __u64 fresh;
bool by_generation; /* .fresh is that of a filesystem with generations */
__u64 delay; /* empty loops at each ancestor of a slowed walk */
__u64 patience; /* at each ancestor: moves to let the adversary make */
__u64 moves_of_chase; /* and of a chase: so many at most, at random */
volatile __u64 moves; /* of the adversary, so far */
__u64 gave_up; /* times that so many did not come about */

struct tally rcu, pinned, chase;

/* The walk at hand */
static bool slowed, disturbed;
static bool locked; /* it has come to the locked pass */

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
 * Walk @i of a batch. The first ones see the place as it was opened: it may be cut
 * off for the later ones.
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
	if (!crosses) /* not below the mount's root: cut off, no chain */
		chased->look.found = 1;
	return 1;
}

static void walk_by_chase(struct file *file)
{
	struct chased chased = { .at = chase_from(file) };

	choose_kind(batch); /* neither */
	bpf_loop(CHASE_STEPS, step, &chased, 0);
	count(&chase, &chased.look, 0);
}

/* A walk that is cut off ends the batch: the others would be, too. */
#define WALK(tally, flags)                                                \
	bpf_for(i, 0, batch)                                              \
	{                                                                 \
		struct look look = {};                                    \
		int ret;                                                  \
                                                                          \
		choose_kind(i);                                           \
		ret = bpf_vfs_walk_ancestors(&file->f_path, visit, &look, \
					     flags);                      \
		count(tally, &look, ret);                                 \
		if (ret == -ENOENT)                                       \
			break;                                            \
	}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	WALK(&rcu, 0);
	walk_by_chase(file);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	WALK(&pinned, VFS_WALK_MAY_SLEEP);
	return 0;
}

/*
 * A walk is about to cross a mount, the last time at the top of the filesystem:
 * after it has read the links and before it checks them. A slowed walk takes
 * its time, a disturbed one lets the adversary work, lest the check succeed. Its
 * locked pass takes its time, too: nothing can change then.
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
