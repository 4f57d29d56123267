// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk from a file that is open already, in the hooks that are called with it,
 * and record the result. A socket, or the inode that all anonymous files share,
 * cannot be opened by a name, so file_open alone would not do.
 *
 * Tests use this like ancestors.bpf.c.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "kernel.bpf.h"
#include "hooks.h"
#include "seen.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* the modes of sleepable programs */
#define OF_SLEEPABLE (MAY_SLEEP | WALK_SLEEPABLE_RCU)

/* Set by the test */
__u32 tid; /* the thread in whose calls the programs walk */
__u32 hook;
__u64 flags;

/* Results */
struct seen seen[SEEN_MAX];
__u64 nr_shown;
__u64 nr_walks;
__s64 ret;

static int visit(const struct path *ancestor, void *data)
{
	if (!ancestor) {
		nr_shown = 0;
		return 0;
	}
	seen[nr_shown++ & (SEEN_MAX - 1)] =
		seen_at(ancestor->dentry, real_mount(ancestor->mnt));
	return 0;
}

static bool wanted(__u32 in)
{
	return (__u32)bpf_get_current_pid_tgid() == tid && hook == in;
}

static int walk_rcu(struct file *file, __u32 in)
{
	if (!wanted(in) || flags & OF_SLEEPABLE)
		return 0;
	nr_shown = 0;
	ret = bpf_vfs_walk_ancestors(&file->f_path, visit, NULL, flags);
	nr_walks++;
	return 0;
}

/* Walk in a mode of sleepable programs. One of them is under RCU. */
static int walk_sleepable(struct file *file, __u32 in)
{
	if (!wanted(in) || !(flags & OF_SLEEPABLE))
		return 0;
	nr_shown = 0;
	if (flags & MAY_SLEEP)
		ret = bpf_vfs_walk_ancestors_sleepable(
			&file->f_path, visit, NULL, flags & ~MAY_SLEEP);
	else
		ret = bpf_vfs_walk_ancestors(&file->f_path, visit, NULL, 0);
	nr_walks++;
	return 0;
}

SEC("lsm/file_permission")
int BPF_PROG(permission, struct file *file, int mask, int prev)
{
	return prev ?: walk_rcu(file, HOOK_PERMISSION);
}

SEC("lsm/file_ioctl")
int BPF_PROG(ioctl, struct file *file, unsigned int cmd, unsigned long arg,
	     int prev)
{
	return prev ?: walk_rcu(file, HOOK_IOCTL);
}

SEC("lsm.s/file_ioctl")
int BPF_PROG(ioctl_sleepable, struct file *file, unsigned int cmd,
	     unsigned long arg, int prev)
{
	return prev ?: walk_sleepable(file, HOOK_IOCTL);
}

SEC("lsm/file_lock")
int BPF_PROG(lock, struct file *file, unsigned int cmd, int prev)
{
	return prev ?: walk_rcu(file, HOOK_LOCK);
}

SEC("lsm.s/file_lock")
int BPF_PROG(lock_sleepable, struct file *file, unsigned int cmd, int prev)
{
	return prev ?: walk_sleepable(file, HOOK_LOCK);
}

SEC("lsm/file_receive")
int BPF_PROG(receive, struct file *file, int prev)
{
	return prev ?: walk_rcu(file, HOOK_RECEIVE);
}

SEC("lsm.s/file_receive")
int BPF_PROG(receive_sleepable, struct file *file, int prev)
{
	return prev ?: walk_sleepable(file, HOOK_RECEIVE);
}
