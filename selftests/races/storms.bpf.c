// SPDX-License-Identifier: GPL-2.0-only
/* Measure the work of a walk while others rename and mount at full speed. */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "kernel.bpf.h"
#include "storms.h"

char LICENSE[] SEC("license") = "GPL";

__u32 tid; /* the thread whose opens start a walk */
__u32 length; /* index of the length that is walked */
__u64 shown_min, shown_max; /* the two possible lengths of the chain */
volatile __u64 moves; /* made by the storm so far */

struct tally tally[LENGTHS][KINDS];

/* The current walk */
static bool held_up;
static __u64 gathers, locked_passes;

struct look {
	__u64 calls;
	__u64 shown;
	__u64 restarts;
};

static bool wanted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid;
}

static int visit(const struct path *ancestor, void *data)
{
	struct look *look = data;

	look->calls++;
	if (!ancestor) {
		look->shown = 0;
		look->restarts++;
		return 0;
	}
	look->shown++;
	return 0;
}

static void begin(bool slowed)
{
	held_up = slowed;
	gathers = 0;
	locked_passes = 0;
}

static void keep_max(__u64 *max, __u64 value)
{
	if (*max < value)
		*max = value;
}

static void count(struct tally *t, const struct look *look, int ret)
{
	t->walks++;
	t->slow += locked_passes > 0;
	t->restarts += look->restarts;
	t->in_a_row = locked_passes ? t->in_a_row + 1 : 0;
	keep_max(&t->in_a_row_max, t->in_a_row);
	keep_max(&t->passes_max, 1 + locked_passes);
	keep_max(&t->gathers_max, gathers);
	keep_max(&t->calls_max, look->calls);
	if (ret == -ESTALE)
		t->stale++;
	else if (ret < 0)
		t->errors++;
	else if (ret != look->shown || (ret != shown_min && ret != shown_max))
		t->wrong++;
}

#define WALK(kind, walk)                                                 \
	do {                                                             \
		struct look look = {};                                   \
		int ret;                                                 \
                                                                         \
		begin(i < HELD_UP);                                      \
		ret = walk(&file->f_path, visit, &look, 0);              \
		count(&tally[length & (LENGTHS - 1)][kind], &look, ret); \
	} while (0)

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	bpf_for(i, 0, BATCH) WALK(RCU, bpf_vfs_walk_ancestors);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	__u32 i;

	if (prev || !wanted())
		return prev;
	bpf_for(i, 0, BATCH) WALK(PINNED, bpf_vfs_walk_ancestors_sleepable);
	return 0;
}

static long has_moved(__u32 i, void *data)
{
	__u64 *since = data;

	return moves != *since;
}

/* Let the storm move something while a fast pass gathers. */
SEC("kprobe/" FN_WALK_CROSSES_MOUNT)
int BPF_KPROBE(cross_mount)
{
	__u64 since = moves;

	if (wanted() && held_up && !locked_passes)
		bpf_loop(1 << 13, has_moved, &since, 0);
	return 0;
}

SEC("kprobe/" FN_WALK_GATHER)
int BPF_KPROBE(gather)
{
	if (wanted())
		gathers++;
	return 0;
}

SEC("kprobe/" FN_WALK_LOCKED)
int BPF_KPROBE(locked_pass)
{
	if (wanted())
		locked_passes++;
	return 0;
}
