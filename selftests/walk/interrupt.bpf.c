// SPDX-License-Identifier: GPL-2.0-only
/* Walk in a softirq, in the callback of a bpf_timer. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"

char LICENSE[] SEC("license") = "GPL";

extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym;
extern void bpf_put_file(struct file *file) __ksym;

__u32 tid; /* the thread whose open starts the timer */
__u64 nr_calls;
__s64 ret;
__u32 done;

struct timer_value {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct timer_value);
} timers SEC(".maps");

static int visit(const struct path *ancestor, void *data)
{
	nr_calls++;
	return 0;
}

static int fire(void *map, __u32 *key, struct timer_value *value)
{
	struct file *exe = bpf_get_task_exe_file(bpf_get_current_task_btf());

	if (!exe) {
		/* it has interrupted a kernel thread: try again */
		bpf_timer_start(&value->timer, 1000000, 0);
		return 0;
	}
	ret = bpf_vfs_walk_ancestors(&exe->f_path, visit, NULL, 0);
	bpf_put_file(exe);
	done = 1;
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(start_timer, struct file *file, int prev)
{
	struct timer_value *value;
	__u32 key = 0;

	if (prev || (__u32)bpf_get_current_pid_tgid() != tid)
		return prev;
	value = bpf_map_lookup_elem(&timers, &key);
	if (!value || bpf_timer_init(&value->timer, &timers, 1 /* MONOTONIC */))
		return 0;
	bpf_timer_set_callback(&value->timer, fire);
	bpf_timer_start(&value->timer, 1000000, 0);
	return 0;
}
