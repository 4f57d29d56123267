// SPDX-License-Identifier: GPL-2.0-only
/* Measure for how long mount_lock and rename_lock are held to walk up. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Input, set by the test */
__u32 tid; /* the thread that is measured */

/* Output */
__u64 passes; /* under the locks */
__u64 holds; /* gatherings in them */
__u64 longest; /* of these, ns */
__u64 longest_rename; /* of one call of d_move(), ns */

static __u64 begin;
static bool locked;

static bool measured(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid;
}

static __u64 longer(__u64 than)
{
	__u64 took = bpf_ktime_get_ns() - begin;

	return took > than ? took : than;
}

SEC("fentry/" FN_WALK_LOCKED)
int BPF_PROG(lock)
{
	if (!measured())
		return 0;
	passes++;
	locked = true;
	return 0;
}

SEC("fexit/" FN_WALK_LOCKED)
int BPF_PROG(unlock)
{
	if (measured())
		locked = false;
	return 0;
}

SEC("fentry/" FN_WALK_GATHER)
int BPF_PROG(gather)
{
	if (measured() && locked)
		begin = bpf_ktime_get_ns();
	return 0;
}

SEC("fexit/" FN_WALK_GATHER)
int BPF_PROG(gathered)
{
	if (!measured() || !locked)
		return 0;
	holds++;
	longest = longer(longest);
	return 0;
}

SEC("fentry/d_move")
int BPF_PROG(move)
{
	if (measured())
		begin = bpf_ktime_get_ns();
	return 0;
}

SEC("fexit/d_move")
int BPF_PROG(moved)
{
	if (measured())
		longest_rename = longer(longest_rename);
	return 0;
}
