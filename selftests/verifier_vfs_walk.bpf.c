// SPDX-License-Identifier: GPL-2.0
/* What the verifier demands of callers and callbacks of
 * bpf_vfs_walk_ancestors(). Each program that it rejects has a twin, before or
 * behind it, that does the same rightly.
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_misc.h"

#ifndef VFS_WALK_MAY_SLEEP
#define VFS_WALK_MAY_SLEEP 0x1
#endif

char _license[] SEC("license") = "GPL";

typedef int (*walk_cb)(const struct path *ancestor, void *ctx);

extern int bpf_vfs_walk_ancestors(const struct path *path, walk_cb cb,
				  void *ctx, __u64 flags) __ksym __weak;
extern int bpf_path_d_path(struct path *path, char *buf,
			   size_t buf__sz) __ksym __weak;
extern int bpf_get_dentry_xattr(struct dentry *dentry, const char *name__str,
				struct bpf_dynptr *value_p) __ksym __weak;
extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym __weak;
extern void bpf_put_file(struct file *file) __ksym __weak;
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

struct lock_value {
	struct bpf_spin_lock lock;
	__u64 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lock_value);
} locks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} marks SEC(".maps");

static char buf[64];
static __u64 sink;

static int visit_nothing(const struct path *ancestor, void *ctx)
{
	return 0;
}

/* NULL says that the walk starts again */

static int visit_unchecked(const struct path *ancestor, void *ctx)
{
	sink = (long)ancestor->dentry;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R1 invalid mem access 'rcu_ptr_or_null_'")
int BPF_PROG(ancestor_unchecked, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_unchecked, NULL, 0);
	return 0;
}

static int visit_checked(const struct path *ancestor, void *ctx)
{
	if (!ancestor)
		return 0;
	sink = (long)ancestor->dentry;
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(ancestor_checked, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(ancestor_unchecked_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_unchecked, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* An RCU dentry can turn negative */

static int visit_inode_unchecked(const struct path *ancestor, void *ctx)
{
	if (!ancestor)
		return 0;
	sink = ancestor->dentry->d_inode->i_ino;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R1 invalid mem access 'rcu_ptr_or_null_'")
int BPF_PROG(inode_unchecked, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_unchecked, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("R1 invalid mem access 'rcu_ptr_or_null_'")
int BPF_PROG(inode_unchecked_sleepable, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_unchecked, NULL, 0);
	return 0;
}

static int visit_inode_checked(const struct path *ancestor, void *ctx)
{
	struct inode *inode;

	if (!ancestor)
		return 0;
	inode = ancestor->dentry->d_inode;
	if (inode && bpf_inode_storage_get(&marks, inode, 0, 0))
		return 1;
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(inode_checked, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_checked, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(inode_checked_sleepable, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_checked, NULL, 0);
	return 0;
}

/* Nothing that the callback is shown outlives it */

struct kept {
	const void *ptr;
	__u64 *mark;
	__u64 number;
};

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

static int visit_keep_own(const struct path *ancestor, void *ctx)
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
	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_own, NULL, 0);
	return 0;
}

static int visit_keep_value(const struct path *ancestor, void *ctx)
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
int BPF_PROG(value_and_number_kept_in_ctx, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_value, &kept, 0);
	sink = kept.number;
	if (kept.mark)
		sink += *kept.mark;
	return 0;
}

/* Storage goes with its inode, which a sleeping program does not hold */

SEC("lsm.s/file_open")
__failure __msg("type=map_value_or_null beyond the callback of the walk")
int BPF_PROG(storage_kept_in_ctx_sleepable, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_value, &kept, 0);
	return 0;
}

static int visit_keep_array_value(const struct path *ancestor, void *ctx)
{
	struct kept *kept = ctx;

	kept->mark = &sink;
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(array_value_kept_in_ctx_sleepable, struct file *file)
{
	struct kept kept = {};

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_array_value, &kept, 0);
	if (kept.mark)
		*kept.mark = 1;
	return 0;
}

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

static int visit_create_storage(const struct path *ancestor, void *ctx)
{
	struct inode *inode;

	if (!ancestor)
		return 0;
	inode = ancestor->dentry->d_inode;
	if (inode)
		bpf_inode_storage_get(&marks, inode, 0,
				      BPF_LOCAL_STORAGE_GET_F_CREATE);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R4 must be 0, storage cannot be created for an RCU inode")
int BPF_PROG(storage_created, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_create_storage, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(storage_created_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_create_storage, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

static int visit_keep_global(const struct path *ancestor, void *ctx)
{
	*(volatile __u64 *)&sink = (long)ancestor;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("invalid mem access 'scalar'")
int BPF_PROG(ancestor_kept_in_map, struct file *file)
{
	struct path *path;

	bpf_vfs_walk_ancestors(&file->f_path, visit_keep_global, NULL, 0);
	path = (void *)*(volatile __u64 *)&sink;
	sink = (long)path->dentry;
	return 0;
}

static int visit_write(const struct path *ancestor, void *ctx)
{
	if (ancestor)
		((struct path *)ancestor)->dentry = NULL;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("only read is supported")
int BPF_PROG(ancestor_written, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_write, NULL, 0);
	return 0;
}

/* Kfuncs that want trusted arguments */

static int visit_d_path(const struct path *ancestor, void *ctx)
{
	if (ancestor)
		bpf_path_d_path((struct path *)ancestor, buf, sizeof(buf));
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R1 must be referenced or trusted")
int BPF_PROG(d_path_of_rcu_ancestor, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_d_path, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(d_path_of_pinned_ancestor, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_d_path, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

static int visit_xattr(const struct path *ancestor, void *ctx)
{
	struct bpf_dynptr value;

	if (!ancestor)
		return 0;
	bpf_dynptr_from_mem(buf, sizeof(buf), 0, &value);
	bpf_get_dentry_xattr(ancestor->dentry, "user.mark", &value);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("R1 must be referenced or trusted")
int BPF_PROG(xattr_of_rcu_dentry, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_xattr, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(xattr_of_pinned_dentry, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_xattr, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* The callback runs in an RCU section, unless it may sleep */

static int visit_sleep(const struct path *ancestor, void *ctx)
{
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("sleepable helper bpf_copy_from_user#148 in rcu_read_lock region")
int BPF_PROG(sleep_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_sleep, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(sleep_after_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(sleep_in_callback_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_sleep, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("sleepable helper bpf_copy_from_user#148 in rcu_read_lock region")
int BPF_PROG(sleep_after_walk_in_rcu_section, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(walk_in_rcu_section, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	bpf_rcu_read_unlock();
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("is sleepable within rcu_read_lock region")
int BPF_PROG(may_sleep_in_rcu_section, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       VFS_WALK_MAY_SLEEP);
	bpf_rcu_read_unlock();
	return 0;
}

static int visit_unlock(const struct path *ancestor, void *ctx)
{
	bpf_rcu_read_unlock();
	bpf_rcu_read_lock();
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("bpf_rcu_read_unlock cannot end the RCU section that a walk callback runs in")
int BPF_PROG(unlock_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_unlock, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("bpf_rcu_read_unlock cannot end the RCU section that a walk callback runs in")
int BPF_PROG(unlock_outer_section_in_callback, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_unlock, NULL, 0);
	bpf_rcu_read_unlock();
	return 0;
}

static int visit_lock(const struct path *ancestor, void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(rcu_section_in_callback_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_lock, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

static int visit_leave_locked(const struct path *ancestor, void *ctx)
{
	bpf_rcu_read_lock();
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("is sleepable within rcu_read_lock region")
int BPF_PROG(rcu_section_left_open_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_leave_locked, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* Global functions are verified on their own */

__noinline int global_counts(void)
{
	sink++;
	return 0;
}

static int visit_global(const struct path *ancestor, void *ctx)
{
	global_counts();
	return 0;
}

SEC("lsm/file_open")
__failure __msg("global function calls are not allowed in a walk callback")
int BPF_PROG(global_function_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_global, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("global function calls are not allowed in a walk callback")
int BPF_PROG(global_function_in_callback_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_global, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

static __noinline int static_counts(void)
{
	sink++;
	return 0;
}

static int visit_static(const struct path *ancestor, void *ctx)
{
	static_counts();
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(static_function_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_static, NULL, 0);
	return 0;
}

/* Flags */

SEC("lsm/file_open")
__failure __msg("program must be sleepable for bpf_vfs_walk_ancestors with VFS_WALK_MAY_SLEEP")
int BPF_PROG(may_sleep_not_sleepable, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(may_sleep_sleepable, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("R4 must be a known constant")
int BPF_PROG(flags_unknown, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       bpf_get_prandom_u32());
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(flags_of_two_kinds, struct file *file)
{
	if (bpf_get_prandom_u32())
		bpf_vfs_walk_ancestors(&file->f_path, visit_sleep, NULL,
				       VFS_WALK_MAY_SLEEP);
	else
		bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	return 0;
}

/* ctx */

SEC("lsm/file_open")
__failure __msg("R3 is map_value, expected a pointer to stack or NULL")
int BPF_PROG(ctx_in_map, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, buf, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R3 is scalar, expected a pointer to stack or NULL")
int BPF_PROG(ctx_scalar, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, (void *)1, 0);
	return 0;
}

static int visit_count(const struct path *ancestor, void *ctx)
{
	__u64 *count = ctx;

	*count = ancestor ? *count + 1 : 0;
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(ctx_counts, struct file *file)
{
	__u64 count = 0;

	bpf_vfs_walk_ancestors(&file->f_path, visit_count, &count, 0);
	sink = count;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R2 invalid mem access 'scalar'")
int BPF_PROG(ctx_null_used, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_count, NULL, 0);
	return 0;
}

/* The callback's return value */

static int visit_return_2(const struct path *ancestor, void *ctx)
{
	return 2;
}

SEC("lsm/file_open")
__failure __msg("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]")
int BPF_PROG(callback_returns_2, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_return_2, NULL, 0);
	return 0;
}

static int visit_return_1(const struct path *ancestor, void *ctx)
{
	return 1;
}

SEC("lsm/file_open")
__success
int BPF_PROG(callback_returns_1, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_return_1, NULL, 0);
	return 0;
}

/* Nesting */

static int visit_loop(__u32 i, void *ctx)
{
	return 0;
}

static int visit_looping(const struct path *ancestor, void *ctx)
{
	bpf_loop(2, visit_loop, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(loop_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_looping, NULL, 0);
	return 0;
}

static int visit_walk(const struct path *ancestor, void *ctx)
{
	bpf_vfs_walk_ancestors(ancestor, visit_nothing, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("kfunc bpf_vfs_walk_ancestors cannot be called from its own callback")
int BPF_PROG(walk_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_walk, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(two_walks, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_checked, NULL, 0);
	return 0;
}

/* Locks */

SEC("lsm/file_open")
__failure __msg("function calls are not allowed while holding a lock")
int BPF_PROG(walk_with_spin_lock, struct file *file)
{
	struct lock_value *value;
	__u32 key = 0;

	value = bpf_map_lookup_elem(&locks, &key);
	if (!value)
		return 0;
	bpf_spin_lock(&value->lock);
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	bpf_spin_unlock(&value->lock);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(walk_after_spin_lock, struct file *file)
{
	struct lock_value *value;
	__u32 key = 0;

	value = bpf_map_lookup_elem(&locks, &key);
	if (!value)
		return 0;
	bpf_spin_lock(&value->lock);
	value->number++;
	bpf_spin_unlock(&value->lock);
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("is sleepable within non-preemptible region")
int BPF_PROG(may_sleep_not_preemptible, struct file *file)
{
	bpf_preempt_disable();
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       VFS_WALK_MAY_SLEEP);
	bpf_preempt_enable();
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(walk_not_preemptible, struct file *file)
{
	bpf_preempt_disable();
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	bpf_preempt_enable();
	return 0;
}

/* Where to start */

SEC("lsm/inode_getattr")
__success
int BPF_PROG(path_of_hook, struct path *path)
{
	bpf_vfs_walk_ancestors(path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R1 must be referenced or trusted")
int BPF_PROG(path_untrusted, struct file *file)
{
	struct task_struct *task = bpf_get_current_task_btf();

	bpf_vfs_walk_ancestors(&task->fs->root, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("Possibly NULL pointer passed to trusted arg0")
int BPF_PROG(path_null, struct file *file)
{
	bpf_vfs_walk_ancestors(NULL, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("pointer type STRUCT path must point to scalar, or struct with scalar")
int BPF_PROG(path_on_stack, struct file *file)
{
	struct path path = {};

	bpf_vfs_walk_ancestors(&path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("kernel function bpf_vfs_walk_ancestors args#0 expected pointer to STRUCT path but R1 has a pointer to STRUCT file")
int BPF_PROG(path_is_a_file, struct file *file)
{
	bpf_vfs_walk_ancestors((void *)file, visit_nothing, NULL, 0);
	return 0;
}

/* For whom */

SEC("fentry/security_file_open")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(not_lsm, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

/* mount_setattr() asks for capabilities with mount_lock held */

SEC("lsm/capable")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(hook_with_mount_lock_held)
{
	struct file *exe = bpf_get_task_exe_file(bpf_get_current_task_btf());

	if (!exe)
		return 0;
	bpf_vfs_walk_ancestors(&exe->f_path, visit_nothing, NULL, 0);
	bpf_put_file(exe);
	return 0;
}

SEC("lsm/bprm_committed_creds")
__success
int BPF_PROG(exe_of_current)
{
	struct file *exe = bpf_get_task_exe_file(bpf_get_current_task_btf());

	if (!exe)
		return 0;
	bpf_vfs_walk_ancestors(&exe->f_path, visit_nothing, NULL, 0);
	bpf_put_file(exe);
	return 0;
}
