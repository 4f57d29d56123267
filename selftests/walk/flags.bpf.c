// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk with flags that do not exist. Flags have to be constants, so each bit
 * has a call of its own.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define ALL (VFS_WALK_MAY_SLEEP | VFS_WALK_DISCONNECTED | VFS_WALK_FS_ROOT)

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

/* The asm comment keeps the compiler from merging several calls. */
#define ONE(f, b)                                                        \
	case b:                                                          \
		err = bpf_vfs_walk_ancestors(&file->f_path, visit, NULL, \
					     (f) | 1ULL << (b));         \
		asm volatile("/* %0 */" ::"i"(b));                       \
		break;
#define FOUR(f, b) ONE(f, b) ONE(f, b + 1) ONE(f, b + 2) ONE(f, b + 3)
#define SIXTEEN(f, b) FOUR(f, b) FOUR(f, b + 4) FOUR(f, b + 8) FOUR(f, b + 12)

#define PROGRAM(name, hook, f, nth)                                   \
	SEC(hook)                                                     \
	int BPF_PROG(name, struct file *file, int prev)               \
	{                                                             \
		int err = 1;                                          \
                                                                      \
		if (prev || (__u32)bpf_get_current_pid_tgid() != tid) \
			return prev;                                  \
		switch (bit) {                                        \
			ONE(f, 3)                                     \
			FOUR(f, 4)                                    \
			FOUR(f, 8)                                    \
			FOUR(f, 12)                                   \
			SIXTEEN(f, 16)                                \
			SIXTEEN(f, 32)                                \
			SIXTEEN(f, 48)                                \
		}                                                     \
		ret[nth] = err;                                       \
		nr_walks++;                                           \
		return 0;                                             \
	}

PROGRAM(alone, "lsm/file_open", 0, 0)
PROGRAM(with_others, "lsm/file_open", ALL & ~VFS_WALK_MAY_SLEEP, 1)
PROGRAM(sleeping, "lsm.s/file_open", VFS_WALK_MAY_SLEEP, 2)
PROGRAM(with_all, "lsm.s/file_open", ALL, 3)
