// SPDX-License-Identifier: GPL-2.0-only
/* Walk in a hook that is called with interrupts disabled. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"

char LICENSE[] SEC("license") = "GPL";

__u32 tid; /* the thread that sets the owner of a file */
__u64 nr_walks;
__u64 nr_calls;
__s64 ret;

static int visit(const struct path *ancestor, void *data)
{
	nr_calls++;
	return 0;
}

SEC("lsm/file_set_fowner")
int BPF_PROG(walk_with_irqs_off, struct file *file)
{
	if ((__u32)bpf_get_current_pid_tgid() != tid)
		return 0;
	ret = bpf_vfs_walk_ancestors(&file->f_path, visit, NULL, 0);
	nr_walks++;
	return 0;
}
