// SPDX-License-Identifier: GPL-2.0
/* Nothing that bpf_vfs_walk_ancestors() shows to its callback outlives it. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_misc.h"
#include "vfs_walk_common.h"

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} marks SEC(".maps");

struct kept {
	const void *ptr;
	__u64 *mark;
	__u64 number;
};

static char buf[64];
static __u64 sink;
__u64 kept_number;

/* Neither the ancestor nor what it leads to can be kept in ctx */

static int visit_keep_ancestor(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;

	kept->ptr = ancestor;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("cannot keep R1 type=rcu_ptr_or_null_ beyond the callback of the walk")
int BPF_PROG(ancestor_kept_in_ctx, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_ancestor, &kept, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("cannot keep R1 type=trusted_ptr_ beyond the callback of the walk")
int BPF_PROG(ancestor_kept_in_ctx_may_sleep, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_ancestor, &kept,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

static int visit_keep_dentry(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;

	if (ancestor)
		kept->ptr = ancestor->dentry;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("type=rcu_ptr_ beyond the callback of the walk")
int BPF_PROG(dentry_kept_in_ctx, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_dentry, &kept, 0);
	return 0;
}

static int visit_keep_mount(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;

	if (ancestor)
		kept->ptr = ancestor->mnt;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("type=rcu_ptr_ beyond the callback of the walk")
int BPF_PROG(mount_kept_in_ctx, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_mount, &kept, 0);
	return 0;
}

static int visit_keep_inode(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;

	if (ancestor)
		kept->ptr = ancestor->dentry->d_inode;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("type=rcu_ptr_or_null_ beyond the callback of the walk")
int BPF_PROG(inode_kept_in_ctx, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_inode, &kept, 0);
	return 0;
}

static __noinline void keep(struct kept *kept, const struct dentry *dentry)
{
	kept->ptr = dentry;
}

static int visit_keep_by_callee(const struct path *ancestor, void *ctx)
{
	if (ancestor)
		keep(ctx, ancestor->dentry);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("type=rcu_ptr_ beyond the callback of the walk")
int BPF_PROG(dentry_kept_in_ctx_by_callee, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_by_callee, &kept, 0);
	return 0;
}

static int visit_keep_in_own_frame(const struct path *ancestor, void *ctx)
{
	struct kept own = {};

	if (ancestor)
		keep(&own, ancestor->dentry);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(dentry_kept_in_own_frame, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_in_own_frame, NULL, 0);
	return 0;
}

/* In a map it is a number, no pointer */

static int visit_keep_global(const struct path *ancestor, void *ctx)
{
	kept_number = (long)ancestor;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("invalid mem access 'scalar'")
int BPF_PROG(ancestor_kept_in_map, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_global, NULL, 0);
	sink = (long)((struct path *)kept_number)->dentry;
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(number_kept_in_map, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_global, NULL, 0);
	sink = kept_number;
	return 0;
}

/* Values of maps, and numbers, can be kept. But storage goes with its inode,
 * which a sleeping program does not hold.
 */

static int visit_keep_storage(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;
	struct inode *inode;

	if (!ancestor) {
		kept->mark = NULL;
		kept->number = 0;
		return 0;
	}
	kept->number++;
	inode = ancestor->dentry->d_inode;
	if (!inode)
		return 0;
	kept->mark = bpf_inode_storage_get(&marks, inode, 0, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(storage_and_number_kept_in_ctx, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_storage, &kept, 0);
	sink = kept.number;
	if (kept.mark)
		sink += *kept.mark;
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("cannot keep R0 type=map_value_or_null beyond the callback of the walk")
int BPF_PROG(storage_kept_in_ctx_sleepable, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_storage, &kept, 0);
	return 0;
}

static int visit_keep_checked_storage(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;
	__u64 *mark;

	mark = bpf_inode_storage_get(&marks, ancestor->dentry->d_inode, 0, 0);
	if (mark)
		kept->mark = mark;
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("cannot keep R0 type=map_value beyond the callback of the walk")
int BPF_PROG(storage_kept_in_ctx_may_sleep, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_checked_storage, &kept,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

static int visit_keep_array_value(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;

	kept->mark = &sink;
	kept->number++;
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(array_value_and_number_kept_in_ctx_sleepable, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_array_value, &kept, 0);
	if (kept.mark)
		*kept.mark = kept.number;
	return 0;
}

/* What a dynptr is made of is not looked at */

static int visit_keep_dynptr(const struct path *ancestor, void *ctx)
{
	bpf_dynptr_from_mem(buf, sizeof(buf), 0, ctx);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("cannot keep a dynptr beyond the callback of the walk")
int BPF_PROG(dynptr_kept_in_ctx, struct file *file)
{
	struct bpf_dynptr dynptr;

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_dynptr, &dynptr, 0);
	return 0;
}

/* ... but in a sleepable program no slice is kept: it may lead to local storage */

static int visit_keep_slice(const struct path *ancestor, void *ctx)
{
	struct bpf_dynptr dynptr;
	struct kept *kept = ctx;
	struct inode *inode;
	__u64 *mark;

	if (!ancestor || kept->mark)
		return 0;
	inode = ancestor->dentry->d_inode;
	if (!inode)
		return 0;
	mark = bpf_inode_storage_get(&marks, inode, 0, 0);
	if (!mark)
		return 0;
	bpf_dynptr_from_mem(mark, sizeof(*mark), 0, &dynptr);
	mark = bpf_dynptr_data(&dynptr, 0, sizeof(*mark));
	if (mark)
		kept->mark = mark;
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("cannot keep R0 type=mem beyond the callback of the walk")
int BPF_PROG(slice_kept_in_ctx_sleepable, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_slice, &kept, 0);
	return 0;
}

/* An iterator may hold for the RCU section only */

int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
		      unsigned int flags) __weak __ksym;
void bpf_iter_task_destroy(struct bpf_iter_task *it) __weak __ksym;

struct kept_iter {
	struct bpf_iter_task it;
	__u64 made;
};

static __noinline int make_iter(struct bpf_iter_task *it)
{
	return bpf_iter_task_new(it, NULL, 0);
}

static int visit_keep_iter(const struct path *ancestor, void *ctx)
{
	struct kept_iter *kept = ctx;

	if (kept->made)
		return 1;
	make_iter(&kept->it);
	kept->made = 1;
	return 1;
}

SEC("lsm.s/file_open")
__failure __msg("cannot keep an iterator beyond the callback of the walk")
int BPF_PROG(iter_kept_in_ctx, struct file *file)
{
	struct kept_iter kept;

	kept.made = 0;
	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_iter, &kept, 0);
	return 0;
}

static int visit_own_iter(const struct path *ancestor, void *ctx)
{
	struct bpf_iter_task it;

	bpf_iter_task_new(&it, NULL, 0);
	bpf_iter_task_destroy(&it);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(iter_in_own_frame, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_own_iter, NULL, 0);
	return 0;
}

static int visit_own_dynptr(const struct path *ancestor, void *ctx)
{
	struct bpf_dynptr dynptr;

	bpf_dynptr_from_mem(buf, sizeof(buf), 0, &dynptr);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(dynptr_in_own_frame, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_own_dynptr, NULL, 0);
	return 0;
}
