/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports of a decision to user space: counters and events. */
#ifndef REPORT_BPF_H
#define REPORT_BPF_H

extern int bpf_path_d_path(struct path *path, char *buf, size_t buf__sz) __ksym;

/* Add atomically, although per CPU: a hook may preempt another one there. */
#define count(field)                                                \
	({                                                          \
		__u32 key = 0;                                      \
		struct pathward_counters *counters_ =               \
			bpf_map_lookup_elem(&counters, &key);       \
                                                                    \
		if (counters_)                                      \
			__sync_fetch_and_add(&counters_->field, 1); \
	})

/*
 * Return true if the kernel appends " (deleted)" to the path (see
 * d_unlinked()).
 */
static __always_inline bool is_deleted(const struct dentry *dentry)
{
	return !dentry->d_hash.pprev && dentry->d_parent != dentry;
}

/*
 * Record the file's path as the process sees it, or at least the file's name.
 * Return the length of the text.
 */
static __always_inline long record_path(struct pathward_event *event,
					struct file *file)
{
	long len;

	len = bpf_path_d_path(&file->f_path, event->path, sizeof(event->path));
	if (len > 0) {
		event->path_len = len - 1;
		event->deleted = is_deleted(file->f_path.dentry);
		return len - 1;
	}
	event->path_len = len;
	event->deleted = 0;
	len = bpf_probe_read_kernel_str(event->path, 256,
					file->f_path.dentry->d_name.name);
	if (len > 0)
		return len - 1;
	event->path[0] = '\0';
	return 0;
}

/* Fill in @event. Return the length of its path. */
static __always_inline long fill_event(struct pathward_event *event,
				       struct file *file,
				       const struct decision *d, u32 verdict,
				       const struct cause *cause)
{
	u64 pid_tgid = bpf_get_current_pid_tgid();

	event->time_ns = bpf_ktime_get_boot_ns();
	event->pid = pid_tgid >> 32;
	event->tid = pid_tgid;
	event->uid = bpf_get_current_uid_gid();
	event->wanted = d->asked;
	event->denied = d->denied;
	event->verdict = verdict;
	event->reason = cause->reason;
	event->rule = cause->rule;
	event->walk_error = cause->walk_error;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	return record_path(event, file);
}

/*
 * Send an event. Assemble it in the processor's scratch memory, as its length
 * is not known before. A hook that has preempted another one there reserves a
 * record of full size in the ring buffer instead.
 */
static __always_inline void report(struct file *file, const struct decision *d,
				   u32 verdict, const struct cause *cause)
{
	struct pathward_scratch *memory;
	struct pathward_event *event;
	__u32 key = 0;
	long size;

	memory = bpf_map_lookup_elem(&scratch, &key);
	if (memory && !__sync_lock_test_and_set(&memory->busy, 1)) {
		size = fill_event(&memory->event, file, d, verdict, cause);
		size = (size & (PATHWARD_PATH_MAX - 1)) + 1 +
		       offsetof(struct pathward_event, path);
		if (bpf_ringbuf_output(&events, &memory->event, size, 0))
			count(events_lost);
		__sync_lock_test_and_set(&memory->busy, 0);
		return;
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count(events_lost);
		return;
	}
	fill_event(event, file, d, verdict, cause);
	bpf_ringbuf_submit(event, 0);
}

#endif
