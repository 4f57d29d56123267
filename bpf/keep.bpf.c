// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keep a task after it has exited, and with it the task's credentials, for as
 * long as the map "keeper" is pinned. user/keep.c explains their use.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/* The kernel's BTF does not contain macros. */
#define ESRCH 3

char LICENSE[] SEC("license") = "GPL";

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

struct pathward_kept {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pathward_kept);
} keeper SEC(".maps");

/*
 * Put the calling task into the map and release the task that was there. User
 * space runs this with BPF_PROG_RUN. Return 0 or -ESRCH.
 */
SEC("syscall")
int pathward_keep(void *context)
{
	struct task_struct *task, *before;
	struct pathward_kept *kept;
	__u32 key = 0;

	kept = bpf_map_lookup_elem(&keeper, &key);
	if (!kept)
		return -ESRCH;
	task = bpf_task_acquire(bpf_get_current_task_btf());
	if (!task)
		return -ESRCH;
	before = bpf_kptr_xchg(&kept->task, task);
	if (before)
		bpf_task_release(before);
	return 0;
}
