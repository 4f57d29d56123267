// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cause failures within a walk, no matter which code walks: allocations fail,
 * and the walk waits while it gathers until it has been disturbed. Also keep an
 * account of the memory that the walk takes.
 *
 * Only walks from the object in the global variables count.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "kernel.bpf.h"
#include "disturb.bpf.h"
#include "levels.h"

char LICENSE[] SEC("license") = "GPL";

/* Input, set by the test */
__u64 dev, ino; /* the object where the walk starts */
/* Bit n - 1 makes the n-th allocation fail, the last bit all further ones. */
__u64 fail_mask;
/* wait to be disturbed at this crossing of a mount, from 1; 0: never */
__u64 wait_at;
/* wait to be disturbed when a pass begins to show its levels */
bool wait_in_passes;
/* do so when Landlock sees this inode; 0: the first level */
__u64 wait_ino;

/* Output about the last walk */
__u64 nr_allocs;
__u64 nr_failed; /* allocations that failed */
__u64 nr_crossed;
__u64 nr_locked; /* passes under locks */

/* Output about all walks */
__u64 nr_walks;
__u64 nr_arrays; /* arrays that were allocated */
__u64 nr_kept; /* arrays that were not freed when the walk ended */
__u64 nr_null; /* restarts that Landlock's callbacks were told of */

static __u32 walker; /* the thread that is walking now */
static __u64 arrays[4]; /* the arrays that this walk holds */
static bool has_shown; /* something was shown in this pass */

static bool walking(void)
{
	return walker && walker == (__u32)bpf_get_current_pid_tgid();
}

static void begin_at(const struct path *path)
{
	struct inode *inode = path->dentry->d_inode;

	if (!ino || !inode || inode->i_ino != ino || inode->i_sb->s_dev != dev)
		return;
	nr_allocs = 0;
	nr_failed = 0;
	nr_crossed = 0;
	nr_locked = 0;
	nr_walks++;
	has_shown = false;
	walker = bpf_get_current_pid_tgid();
}

static void end_here(void)
{
	if (!walking())
		return;
	walker = 0;
	for (int i = 0; i < 4; i++) {
		nr_kept += !!arrays[i];
		arrays[i] = 0;
	}
}

SEC("fentry/vfs_walk_ancestors")
int BPF_PROG(begin, const struct path *path)
{
	begin_at(path);
	return 0;
}

SEC("fexit/vfs_walk_ancestors")
int BPF_PROG(end)
{
	end_here();
	return 0;
}

SEC("fentry/vfs_walk_ancestors_pair")
int BPF_PROG(begin_pair, const struct path *path)
{
	begin_at(path);
	return 0;
}

SEC("fexit/vfs_walk_ancestors_pair")
int BPF_PROG(end_pair)
{
	end_here();
	return 0;
}

/* Return whether the current allocation has to fail. */
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

/* Fail allocations that fit into a slab's page. Larger ones come below. */
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

/* Replace an array that the walk holds. vfree() also frees its own memory. */
static void replace(__u64 old, __u64 new)
{
	for (int i = 0; i < 4; i++) {
		if (arrays[i] == old) {
			arrays[i] = new;
			return;
		}
	}
}

/* BPF_PROG() is no use: arguments are void *, or vary by configuration. */
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

/* Count arrays of walks that must not sleep: nothing else is as large. */
SEC("fexit/" FN_KMALLOC)
int count_slab_array(void *ctx)
{
	__u64 size = 0, array = 0;

	if (!walking() || bpf_get_func_arg(ctx, 0, &size) ||
	    size < SMALLEST_ARRAY * bpf_core_type_size(struct walk_level) ||
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

/* A pass without the locks begins. */
SEC("kprobe/" FN_WALK_RCU)
int BPF_KPROBE(rcu_pass)
{
	if (walking())
		has_shown = false;
	return 0;
}

/* Wait when the callback looks at the first ancestor of a pass. */
static void look(void)
{
	if (!wait_in_passes || has_shown)
		return;
	has_shown = true;
	wait_for_go();
}

/* A program's callback looks at its inode storage. */
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
	if (!ancestor)
		nr_null++;
	else if (!wait_ino ||
		 BPF_CORE_READ(ancestor, dentry, d_inode, i_ino) == wait_ino)
		look();
	return 0;
}

/* Landlock's callback looks at an ancestor for an access check. */
SEC("kprobe/" FN_LANDLOCK_CHECK)
int BPF_KPROBE(look_check, const struct path *ancestor)
{
	return look_landlock(ancestor);
}

/* Landlock's callback collects the rights of a hierarchy. */
SEC("kprobe/" FN_LANDLOCK_COLLECT)
int BPF_KPROBE(look_collect, const struct path *ancestor)
{
	return look_landlock(ancestor);
}
