// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the file below the marked directory? Asked by bpf_vfs_walk_ancestors(), with
 * and without VFS_WALK_MAY_SLEEP, and by a walk that goes step by step without
 * a lock, which is known to be wrong: the control.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "snapshot.h"

#define ENOENT 2

char LICENSE[] SEC("license") = "GPL";

__u32 tid; /* of the thread whose opens are walked from */
__u64 marked_ino;
__u64 delay; /* empty loops at each ancestor */

struct tally rcu, pinned, control;
__u64 slow_passes;

struct look {
	__u64 found;
	__u64 restarts;
};

static long spin(__u32 i, void *data)
{
	return 0;
}

static void see(const struct dentry *dentry, struct look *look)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	if (inode && BPF_CORE_READ(inode, i_ino) == marked_ino)
		look->found = 1;
	bpf_loop(delay, spin, NULL, 0);
}

static int visit(const struct path *ancestor, void *data)
{
	struct look *look = data;

	if (!ancestor) {
		look->found = 0;
		look->restarts = 1;
		return 0;
	}
	see(ancestor->dentry, look);
	return 0;
}

static void count(struct tally *tally, const struct look *look, int ret)
{
	tally->walks++;
	tally->restarts += look->restarts;
	if (ret == -ENOENT)
		tally->cut_off++;
	else if (ret < 0)
		tally->errors++;
	else if (!look->found)
		tally->missed++;
}

static bool wanted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid;
}

struct chase {
	struct look look;
	struct dentry *dentry;
	struct mount *mnt;
};

static long step(__u32 i, void *data)
{
	struct chase *chase = data;
	struct dentry *dentry = chase->dentry, *parent;
	struct mount *mnt = chase->mnt, *mnt_parent;

	see(dentry, &chase->look);
	if (dentry == BPF_CORE_READ(mnt, mnt.mnt_root)) {
		mnt_parent = BPF_CORE_READ(mnt, mnt_parent);
		if (mnt_parent == mnt)
			return 1;
		dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
		chase->mnt = mnt_parent;
	}
	parent = BPF_CORE_READ(dentry, d_parent);
	if (parent == dentry) {
		/* the top; or not below the mount's root: cut off */
		if (chase->mnt == mnt)
			chase->look.found = 1;
		return 1;
	}
	chase->dentry = parent;
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	struct chase chase = {};
	struct look look = {};
	int ret;

	if (prev || !wanted())
		return prev;
	ret = bpf_vfs_walk_ancestors(&file->f_path, visit, &look, 0);
	count(&rcu, &look, ret);
	chase.dentry = BPF_CORE_READ(file, f_path.dentry);
	chase.mnt = container_of(BPF_CORE_READ(file, f_path.mnt), struct mount,
				 mnt);
	bpf_loop(128, step, &chase, 0);
	count(&control, &chase.look, 0);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	struct look look = {};
	int ret;

	if (prev || !wanted())
		return prev;
	ret = bpf_vfs_walk_ancestors(&file->f_path, visit, &look,
				     VFS_WALK_MAY_SLEEP);
	count(&pinned, &look, ret);
	return 0;
}

/* A walk crosses a mount: while it gathers, so that gathering takes its time. */
SEC("kprobe/choose_mountpoint_rcu")
int BPF_KPROBE(cross_mount)
{
	if (wanted())
		bpf_loop(delay * 10, spin, NULL, 0);
	return 0;
}

SEC("kprobe/walk_locked")
int BPF_KPROBE(slow_pass)
{
	if (wanted())
		slow_passes++;
	return 0;
}
