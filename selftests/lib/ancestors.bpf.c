// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record the report of bpf_vfs_walk_ancestors() for a file that a test opens,
 * in every mode, see modes.h.
 *
 * The test sets its request in global variables. A program walks once per open
 * of the chosen thread and leaves the answer in others.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "kernel.bpf.h"
#include "ancestors.h"
#include "disturb.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Input, set by the test */
__u32 tid; /* the thread whose opens start a walk */
__u64 flags; /* a mode, see modes.h */
__u64 stop_after; /* stop at this ancestor, counted from 1; 0: never */
__u64 nth; /* walk only from this open, counted from 1; 0: from each */
__u64 wait_in; /* wait to be disturbed at this ancestor; 0: never */
__u64 wait_again; /* wait as many times more, after a restart */

/* Output */
struct seen seen[SEEN_MAX];
__u32 generations[GENERATIONS]; /* i_generation of the first ones */
__u64 nr_shown; /* ancestors shown since the last NULL */
__u64 nr_null;
__u64 nr_calls;
__u64 nr_walks;
__u64 nr_opens; /* counted if .nth is set */
/* mounts shown without a parent, but with a mountpoint, which nobody holds */
__u64 nr_stray;
__s64 ret;
/* the path of the last ancestor that a sleepable program has shown */
char where[4096];

/* Count in globals: the verifier would follow a branch on a counter in ctx. */
static int see(const struct path *ancestor)
{
	struct seen *s = &seen[nr_shown & (SEEN_MAX - 1)];
	struct dentry *dentry = ancestor->dentry;
	struct inode *inode = dentry->d_inode;
	struct mount *mnt = real_mount(ancestor->mnt);

	s->ino = inode ? inode->i_ino : 0;
	s->dev = dentry->d_sb->s_dev;
	if (inode && nr_shown < GENERATIONS)
		generations[nr_shown & (GENERATIONS - 1)] = inode->i_generation;
	s->mnt_id = BPF_CORE_READ(mnt, mnt_id_unique);
	nr_stray += BPF_CORE_READ(mnt, mnt_parent) == mnt &&
		    BPF_CORE_READ(mnt, mnt_mountpoint) !=
			    BPF_CORE_READ(mnt, mnt.mnt_root);
	nr_shown++;
	if (nr_shown == wait_in && nr_null <= wait_again)
		wait_for_go();
	return nr_shown == stop_after;
}

static int visit(const struct path *ancestor, void *data)
{
	__u64 *calls = data;

	(*calls)++;
	if (!ancestor) {
		nr_shown = 0;
		nr_null++;
		return 0;
	}
	return see(ancestor);
}

static int visit_sleeping(const struct path *ancestor, void *data)
{
	__u64 *calls = data;

	(*calls)++;
	if (!see(ancestor))
		return 0;
	bpf_path_d_path((struct path *)ancestor, where, sizeof(where));
	return 1;
}

static void ask(void)
{
	nr_shown = 0;
	nr_null = 0;
}

static void answer(__u64 calls, int err)
{
	nr_calls = calls;
	ret = err;
	nr_walks++;
}

/* Choose the open: one on overlayfs opens files of its layers, too. */
static bool chosen(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid &&
	       (!nth || ++nr_opens == nth);
}

static bool wanted(bool sleepable)
{
	return flags != WALK_SLEEPABLE_RCU &&
	       sleepable == !!(flags & MAY_SLEEP) && chosen();
}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	__u64 calls = 0;
	int err;

	if (prev || !wanted(false))
		return prev;
	ask();
	err = bpf_vfs_walk_ancestors(&file->f_path, visit, &calls, flags);
	answer(calls, err);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	__u64 calls = 0;
	int err;

	if (prev || !wanted(true))
		return prev;
	ask();
	err = bpf_vfs_walk_ancestors_sleepable(&file->f_path, visit_sleeping,
					       &calls, flags & ~MAY_SLEEP);
	answer(calls, err);
	return 0;
}

/* Walk under RCU in a sleepable program. */
SEC("lsm.s/file_open")
int BPF_PROG(walk_rcu_sleepable, struct file *file, int prev)
{
	__u64 calls = 0;
	int err;

	if (prev || flags != WALK_SLEEPABLE_RCU || !chosen())
		return prev;
	ask();
	err = bpf_vfs_walk_ancestors(&file->f_path, visit, &calls, 0);
	/* the walk has left the RCU section */
	bpf_path_d_path(&file->f_path, where, sizeof(where));
	answer(calls, err);
	return 0;
}
