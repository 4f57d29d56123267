/* SPDX-License-Identifier: GPL-2.0-only */
/* What user space hears of a decision: counters and events. */
#ifndef REPORT_BPF_H
#define REPORT_BPF_H

extern int bpf_path_d_path(struct path *path, char *buf, size_t buf__sz) __ksym;

/* Atomic although per CPU: a preempted hook may run again on the same CPU. */
#define count(field)                                                \
	({                                                          \
		__u32 key = 0;                                      \
		struct pathward_counters *counters_ =               \
			bpf_map_lookup_elem(&counters, &key);       \
                                                                    \
		if (counters_)                                      \
			__sync_fetch_and_add(&counters_->field, 1); \
	})

/* The file's path as the process sees it, or at least the file's name. */
static __always_inline void record_path(struct pathward_event *event,
					struct file *file)
{
	int len;

	len = bpf_path_d_path(&file->f_path, event->path, sizeof(event->path));
	if (len > 0) {
		event->path_len = len - 1;
		return;
	}
	event->path_len = len;
	if (bpf_probe_read_kernel_str(event->path, 256,
				      file->f_path.dentry->d_name.name) < 0)
		event->path[0] = '\0';
}

static __always_inline void report(struct file *file, const struct decision *d,
				   u32 verdict, const struct cause *cause)
{
	u64 pid_tgid = bpf_get_current_pid_tgid();
	struct pathward_event *event;

	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count(events_lost);
		return;
	}
	event->time_ns = bpf_ktime_get_boot_ns();
	event->pid = pid_tgid >> 32;
	event->tid = pid_tgid;
	event->uid = bpf_get_current_uid_gid();
	event->wanted = d->wanted;
	event->denied = d->denied;
	event->verdict = verdict;
	event->reason = cause->reason;
	event->rule = cause->rule;
	event->walk_error = cause->walk_error;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	record_path(event, file);
	bpf_ringbuf_submit(event, 0);
}

#endif
