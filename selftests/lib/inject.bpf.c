// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can go wrong within a walk, brought about on purpose, whoever walks:
 * allocations fail, and the walk waits amid its gathering until it has been
 * disturbed. Besides, an account of the memory that the walk takes.
 *
 * Only the walks from one object count: those of the global variables.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "kernel.bpf.h"
#include "disturb.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Wanted */
__u64 dev, ino; /* the object where the walk starts */
/* Bit n - 1: the n-th allocation has to fail, the last: all further ones */
__u64 fail_mask;
__u64 wait_at; /* to be disturbed where a mount is crossed, from 1; 0: no */
bool wait_in_passes; /* to be disturbed when each begins to show what it has */

/* Found, of the last walk */
__u64 nr_allocs;
__u64 nr_failed; /* of them */
__u64 nr_crossed;
__u64 nr_locked; /* passes with the locks held */

/* Found, of all of them */
__u64 nr_walks;
__u64 nr_arrays; /* that were allocated */
__u64 nr_kept; /* of them: not freed when the walk ended */
__u64 nr_null; /* restarts that Landlock's callbacks were told of */

static __u32 walker; /* the thread that is walking now */
static __u64 arrays[4]; /* that it holds */
static bool has_shown; /* something in this pass */

static bool walking(void)
{
	return walker && walker == (__u32)bpf_get_current_pid_tgid();
}

SEC("fentry/vfs_walk_ancestors")
int BPF_PROG(begin, const struct path *path)
{
	struct inode *inode = path->dentry->d_inode;

	if (!ino || !inode || inode->i_ino != ino || inode->i_sb->s_dev != dev)
		return 0;
	nr_allocs = 0;
	nr_failed = 0;
	nr_crossed = 0;
	nr_locked = 0;
	nr_walks++;
	has_shown = false;
	walker = bpf_get_current_pid_tgid();
	return 0;
}

SEC("fexit/vfs_walk_ancestors")
int BPF_PROG(end)
{
	if (!walking())
		return 0;
	walker = 0;
	for (int i = 0; i < 4; i++) {
		nr_kept += !!arrays[i];
		arrays[i] = 0;
	}
	return 0;
}

/* The allocators ask here whether they have to fail. */
static bool has_to_fail(void)
{
	__u64 n;

	if (!walking())
		return false;
	n = nr_allocs++;
	if (n > 63)
		n = 63;
	if (!(fail_mask >> n & 1))
		return false;
	nr_failed++;
	return true;
}

/* What fits into a slab's page; larger arrays are asked for below. */
SEC("kprobe/should_failslab")
int BPF_KPROBE(fail_slab)
{
	if (has_to_fail())
		bpf_override_return(ctx, -ENOMEM);
	return 0;
}

SEC("kprobe/should_fail_alloc_page")
int BPF_KPROBE(fail_page)
{
	if (has_to_fail())
		bpf_override_return(ctx, true);
	return 0;
}

/* Among those that the walk holds; vfree() has some of its own to free. */
static void replace(__u64 old, __u64 new)
{
	for (int i = 0; i < 4; i++) {
		if (arrays[i] == old) {
			arrays[i] = new;
			return;
		}
	}
}

/* Not by BPF_PROG's arguments: those depend on the configuration, or are void *. */
SEC("fexit/" FN_KVMALLOC)
int count_array(void *ctx)
{
	__u64 array = 0;

	if (!walking() || bpf_get_func_ret(ctx, &array) || !array)
		return 0;
	nr_arrays++;
	replace(0, array);
	return 0;
}

/* The same where it must not sleep: a walk takes nothing else that is as large. */
SEC("fexit/" FN_KMALLOC)
int count_slab_array(void *ctx)
{
	__u64 size = 0, array = 0;

	if (!walking() || bpf_get_func_arg(ctx, 0, &size) ||
	    size < 256 * bpf_core_type_size(struct walk_level) ||
	    bpf_get_func_ret(ctx, &array) || !array)
		return 0;
	nr_arrays++;
	replace(0, array);
	return 0;
}

SEC("fentry/kvfree")
int uncount_array(void *ctx)
{
	__u64 array = 0;

	if (walking() && !bpf_get_func_arg(ctx, 0, &array) && array)
		replace(array, 0);
	return 0;
}

/*
 * A walk is about to cross a mount: it has read the links below and has checked
 * none of them.
 */
SEC("kprobe/" FN_WALK_CROSSES_MOUNT)
int BPF_KPROBE(cross_mount)
{
	if (walking() && ++nr_crossed == wait_at)
		wait_for_go();
	return 0;
}

SEC("kprobe/" FN_WALK_LOCKED)
int BPF_KPROBE(slow_pass)
{
	if (!walking())
		return 0;
	nr_locked++;
	has_shown = false;
	return 0;
}

/* The callback looks at an ancestor. */
static void look(void)
{
	if (!wait_in_passes || has_shown)
		return;
	has_shown = true;
	wait_for_go();
}

/* That of a program that looks at its inode storage */
SEC("kprobe/bpf_inode_storage_get")
int BPF_KPROBE(look_storage)
{
	if (walking())
		look();
	return 0;
}

static int look_landlock(const struct path *ancestor)
{
	if (!walking())
		return 0;
	if (ancestor)
		look();
	else
		nr_null++;
	return 0;
}

/* Landlock's, for one operation: an access check */
SEC("kprobe/" FN_LANDLOCK_CHECK)
int BPF_KPROBE(look_check, const struct path *ancestor)
{
	return look_landlock(ancestor);
}

/* ... and the collection of what a hierarchy allows */
SEC("kprobe/" FN_LANDLOCK_COLLECT)
int BPF_KPROBE(look_collect, const struct path *ancestor)
{
	return look_landlock(ancestor);
}
