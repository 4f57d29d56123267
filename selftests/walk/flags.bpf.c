// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk with flags that do not exist. Bit 0 is VFS_WALK_MAY_SLEEP in the kernel,
 * which programs cannot pass.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define ALL (VFS_WALK_DISCONNECTED | VFS_WALK_FS_ROOT)

/* Set by the test */
__u32 tid; /* the thread from whose opens the programs walk */
__u32 bit;

/* Results, those of each program in ret */
__s64 ret[4];
__u64 nr_calls, nr_walks;

static int visit(const struct path *ancestor, void *data)
{
	nr_calls++;
	return 0;
}

#define PROGRAM(name, hook, walk, f, nth)                             \
	SEC(hook)                                                     \
	int BPF_PROG(name, struct file *file, int prev)               \
	{                                                             \
		if (prev || (__u32)bpf_get_current_pid_tgid() != tid) \
			return prev;                                  \
		ret[nth] = walk(&file->f_path, visit, NULL,           \
				(f) | 1ULL << (bit & 63));            \
		nr_walks++;                                           \
		return 0;                                             \
	}

PROGRAM(alone, "lsm/file_open", bpf_vfs_walk_ancestors, 0, 0)
PROGRAM(with_others, "lsm/file_open", bpf_vfs_walk_ancestors, ALL, 1)
PROGRAM(sleeping, "lsm.s/file_open", bpf_vfs_walk_ancestors_sleepable, 0, 2)
PROGRAM(with_all, "lsm.s/file_open", bpf_vfs_walk_ancestors_sleepable, ALL, 3)
