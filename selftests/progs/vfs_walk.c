// SPDX-License-Identifier: GPL-2.0
/* Walk from what a process opens, with and without VFS_WALK_MAY_SLEEP. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_experimental.h"
#include "vfs_walk_common.h"

char _license[] SEC("license") = "GPL";

#define RCU 0
#define PINNED 1
#define MAX_ANCESTORS 16

/* Wanted */
__u32 monitored_pid;
__u64 flags;
__u32 stop_at;		/* the number of an ancestor, from 1, or 0 */

/* Found */
__u64 ino[2][MAX_ANCESTORS];
__u32 shown[2];
__u64 calls[2];
int ret[2];
char parent[256];

static int see(const struct path *ancestor, int mode)
{
	struct inode *inode = ancestor->dentry->d_inode;
	__u32 i = shown[mode]++;

	if (inode && i < MAX_ANCESTORS)
		ino[mode][i] = inode->i_ino;
	return i + 1 == stop_at;
}

static int visit_rcu(const struct path *ancestor, void *ctx)
{
	__u64 *nr_calls = ctx;

	(*nr_calls)++;
	if (!ancestor) {
		shown[RCU] = 0;
		return 0;
	}
	return see(ancestor, RCU);
}

static int visit_pinned(const struct path *ancestor, void *ctx)
{
	__u64 *nr_calls = ctx;

	(*nr_calls)++;
	if (shown[PINNED] == 1)
		bpf_path_d_path((struct path *)ancestor, parent, sizeof(parent));
	return see(ancestor, PINNED);
}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file)
{
	__u64 nr_calls = 0;
	int err = 0;

	if (bpf_get_current_pid_tgid() >> 32 != monitored_pid)
		return 0;

	shown[RCU] = 0;
	switch (flags) {
	case 0:
		err = bpf_vfs_walk_ancestors(&file->f_path, visit_rcu, &nr_calls, 0);
		break;
	case VFS_WALK_DISCONNECTED:
		err = bpf_vfs_walk_ancestors(&file->f_path, visit_rcu, &nr_calls,
					     VFS_WALK_DISCONNECTED);
		break;
	case VFS_WALK_FS_ROOT:
		err = bpf_vfs_walk_ancestors(&file->f_path, visit_rcu, &nr_calls,
					     VFS_WALK_FS_ROOT);
		break;
	}
	calls[RCU] = nr_calls;
	ret[RCU] = err;
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file)
{
	__u64 nr_calls = 0;
	int err = 0;

	if (bpf_get_current_pid_tgid() >> 32 != monitored_pid)
		return 0;

	shown[PINNED] = 0;
	switch (flags) {
	case 0:
		err = bpf_vfs_walk_ancestors(&file->f_path, visit_pinned, &nr_calls,
					     VFS_WALK_MAY_SLEEP);
		break;
	case VFS_WALK_DISCONNECTED:
		err = bpf_vfs_walk_ancestors(&file->f_path, visit_pinned, &nr_calls,
					     VFS_WALK_MAY_SLEEP | VFS_WALK_DISCONNECTED);
		break;
	case VFS_WALK_FS_ROOT:
		err = bpf_vfs_walk_ancestors(&file->f_path, visit_pinned, &nr_calls,
					     VFS_WALK_MAY_SLEEP | VFS_WALK_FS_ROOT);
		break;
	}
	calls[PINNED] = nr_calls;
	ret[PINNED] = err;
	return 0;
}
