// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record the chain of ancestors that is reported while mounts come, go and
 * move: by bpf_vfs_walk_ancestors() and, as a control, by a walk that goes step
 * by step without a lock, which is known to be wrong.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "kernel.bpf.h"
#include "chase.bpf.h"
#include "mount_races.h"
#include "seen.bpf.h"

#define CHASE_STEPS 256

char LICENSE[] SEC("license") = "GPL";

__u32 tid; /* the thread whose opens start a walk */
__u32 turn; /* the walker that runs */
bool with_mounts; /* mounts persist, so that their ids are part of a chain */
struct chains by_mount, by_fs_root; /* the chains that exist */
volatile __u64 moves; /* made by the adversary so far */
volatile __u64 until; /* the adversary waits at this number of moves */
/* the adversary waits for a grace period, which this walk delays */
volatile __u32 waits_for_rcu;
__u32 most_moves; /* the limit while a walk is held up */

struct tally tally[WALKERS];
__s64 mounts; /* allocated and not yet freed */

/* The current walk */
static bool held_up, locked;

struct look {
	__u64 chain;
	__u64 restarts;
};

static bool wanted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid;
}

static long has_moved(__u32 i, void *data)
{
	if (waits_for_rcu)
		return 1;
	return moves >= until;
}

/* Let the adversary make some moves, and then none until the walk goes on. */
static void hold_up(void)
{
	if (!held_up || locked)
		return;
	until = moves + some_moves(bpf_get_prandom_u32(), most_moves);
	bpf_loop(1 << 16, has_moved, NULL, 0);
}

static void see(struct look *look, const struct dentry *dentry,
		const struct mount *mnt)
{
	struct seen seen = seen_at(dentry, mnt);

	look->chain = add_to_chain(look->chain, &seen, with_mounts);
}

static int visit(const struct path *ancestor, void *data)
{
	struct look *look = data;

	if (!ancestor) {
		look->chain = 0;
		look->restarts++;
		return 0;
	}
	see(look, ancestor->dentry, real_mount(ancestor->mnt));
	return 0;
}

static void begin(bool slowed)
{
	held_up = slowed;
	locked = false;
	if (!slowed)
		until = FREELY;
}

static void judge(__u32 who, const struct look *look, int ret)
{
	struct tally *t = &tally[who];

	t->walks++;
	t->slow += locked;
	t->restarts += look->restarts;
	if (ret < 0)
		t->errors++;
	else if (!exists(who & 1 ? &by_fs_root : &by_mount, look->chain))
		t->impossible++;
}

#define WALK(who, walk, flags)                                  \
	bpf_for(i, 0, turn == who ? BATCH : 0)                  \
	{                                                       \
		struct look look = {};                          \
		int ret;                                        \
                                                                \
		begin(i == BATCH - 1);                          \
		ret = walk(&file->f_path, visit, &look, flags); \
		judge(who, &look, ret);                         \
	}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	WALK(RCU, bpf_vfs_walk_ancestors, 0);
	WALK(RCU_FS_ROOT, bpf_vfs_walk_ancestors, VFS_WALK_FS_ROOT);
	begin(false);
	return 0;
}

struct chased {
	struct look look;
	struct chase at;
	bool covered; /* at a mountpoint that was just crossed */
	bool done; /* the top was reached */
};

static long step(__u32 i, void *data)
{
	struct chased *c = data;

	if (!c->covered)
		see(&c->look, c->at.dentry, c->at.mnt);
	c->covered = chase_at_root(&c->at);
	if (!c->covered)
		return !chase_up(&c->at);
	hold_up();
	c->done = !chase_cross(&c->at);
	return c->done;
}

/* Run in a sleepable program, for which umount() does not have to wait. */
static void chase(struct file *file)
{
	struct chased chased = { .at = chase_from(file) };

	begin(true);
	bpf_loop(CHASE_STEPS, step, &chased, 0);
	judge(CHASE, &chased.look, chased.done ? 0 : -1);
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	WALK(PINNED, bpf_vfs_walk_ancestors_sleepable, 0);
	WALK(PINNED_FS_ROOT, bpf_vfs_walk_ancestors_sleepable,
	     VFS_WALK_FS_ROOT);
	if (turn == CHASE)
		chase(file);
	begin(false);
	return 0;
}

/* A walk is about to read the link of a mount. */
SEC("kprobe/" FN_WALK_CROSSES_MOUNT)
int BPF_KPROBE(cross_mount)
{
	if (wanted())
		hold_up();
	return 0;
}

SEC("kprobe/" FN_WALK_LOCKED)
int BPF_KPROBE(slow_pass)
{
	if (wanted())
		locked = true;
	return 0;
}

/* umount() has changed the tree, but does not return yet. */
SEC("kprobe/synchronize_rcu_expedited")
int BPF_KPROBE(wait_for_rcu)
{
	waits_for_rcu = 1;
	return 0;
}

SEC("kprobe/" FN_NEW_MOUNT)
int BPF_KPROBE(new_mount)
{
	__sync_fetch_and_add(&mounts, 1);
	return 0;
}

SEC("kprobe/" FN_OLD_MOUNT)
int BPF_KPROBE(old_mount)
{
	__sync_fetch_and_sub(&mounts, 1);
	return 0;
}
