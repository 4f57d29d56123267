// SPDX-License-Identifier: GPL-2.0
/* What the callback of bpf_vfs_walk_ancestors() can do. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_misc.h"
#include "bpf_experimental.h"
#include "bpf_kfuncs.h"
#include "vfs_walk_common.h"

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} marks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} jmp_table SEC(".maps");

static char buf[64];
static __u64 sink;

/* Without VFS_WALK_MAY_SLEEP, a NULL ancestor says that the walk starts again */

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
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int BPF_PROG(inode_unchecked, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_unchecked, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
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

SEC("lsm.s/file_open")
__success
int BPF_PROG(inode_unchecked_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_inode_unchecked, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* The mount is no worse than the dentry, and neither can be written */

static int visit_mount(const struct path *ancestor, void *ctx)
{
	if (ancestor)
		sink = ancestor->mnt->mnt_flags;
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(mount_read, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_mount, NULL, 0);
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

/* Kfuncs that want trusted arguments work with VFS_WALK_MAY_SLEEP only */

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

/* No storage for an inode that may be about to go */

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

static int visit_parent(const struct path *ancestor, __u64 flags)
{
	struct inode *inode;

	if (!ancestor)
		return 0;
	inode = ancestor->dentry->d_parent->d_inode;
	if (inode)
		bpf_inode_storage_get(&marks, inode, 0, flags);
	return 0;
}

static int visit_create_storage_above(const struct path *ancestor, void *ctx)
{
	return visit_parent(ancestor, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static int visit_get_storage_above(const struct path *ancestor, void *ctx)
{
	return visit_parent(ancestor, 0);
}

SEC("lsm/file_open")
__failure __msg("R4 must be 0, storage cannot be created for an RCU inode")
int BPF_PROG(storage_created_above, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_create_storage_above, NULL,
			       0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(storage_got_above, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_get_storage_above, NULL, 0);
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
int BPF_PROG(sleep_in_callback_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_sleep, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

struct started {
	struct file *file;
};

static int visit_sleep_in_kfunc(const struct path *ancestor, void *ctx)
{
	struct started *started = ctx;
	struct bpf_dynptr value;

	bpf_dynptr_from_mem(buf, sizeof(buf), 0, &value);
	bpf_get_file_xattr(started->file, "user.mark", &value);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("kernel func bpf_get_file_xattr is sleepable within rcu_read_lock region")
int BPF_PROG(sleep_in_kfunc_in_callback, struct file *file)
{
	struct started started = { .file = file };

	bpf_vfs_walk_ancestors(&file->f_path, visit_sleep_in_kfunc, &started, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(sleep_in_kfunc_in_callback_may_sleep, struct file *file)
{
	struct started started = { .file = file };

	bpf_vfs_walk_ancestors(&file->f_path, visit_sleep_in_kfunc, &started,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* That section is not the callback's to end */

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
__failure __msg("kernel func bpf_vfs_walk_ancestors is sleepable within rcu_read_lock region")
int BPF_PROG(rcu_section_left_open_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_leave_locked, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* Global functions are verified on their own, where they may sleep or walk */

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
__msg("use static function instead")
int BPF_PROG(global_function_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_global, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("global function calls are not allowed in a walk callback")
__msg("use static function instead")
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

SEC("lsm.s/file_open")
__success
int BPF_PROG(static_function_in_callback_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_static, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

/* A tail call would return for it. Sleepable programs have none at all. */

struct started_ctx {
	void *ctx;
};

static int visit_tail_call(const struct path *ancestor, void *ctx)
{
	struct started_ctx *started = ctx;

	bpf_tail_call(started->ctx, &jmp_table, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("tail_call cannot be used inside bpf_rcu_read_lock-ed region")
int tail_call_in_callback(__u64 *ctx)
{
	struct file *file = (struct file *)ctx[0];
	struct started_ctx started = { .ctx = ctx };

	bpf_vfs_walk_ancestors(&file->f_path, visit_tail_call, &started, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int tail_call_after_walk(__u64 *ctx)
{
	struct file *file = (struct file *)ctx[0];

	bpf_vfs_walk_ancestors(&file->f_path, visit_checked, NULL, 0);
	bpf_tail_call(ctx, &jmp_table, 0);
	return 0;
}

/* It returns 0 or 1 */

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

static int visit_return_error(const struct path *ancestor, void *ctx)
{
	return -1;
}

SEC("lsm.s/file_open")
__failure __msg("should have been in [0, 1]")
int BPF_PROG(callback_returns_error, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_return_error, NULL,
			       VFS_WALK_MAY_SLEEP);
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

/* It is verified for any number of calls, as that of bpf_loop() */

static int loop_body(__u32 i, void *ctx)
{
	return 0;
}

static int visit_looping(const struct path *ancestor, void *ctx)
{
	bpf_loop(2, loop_body, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(loop_in_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_looping, NULL, 0);
	return 0;
}

static int visit_count_ctx(const struct path *ancestor, void *ctx)
{
	__u64 *count = ctx;

	++*count;
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(count_in_ctx, struct file *file)
{
	__u64 count = 0;

	bpf_vfs_walk_ancestors(&file->f_path, visit_count_ctx, &count, 0);
	sink = count;
	return 0;
}

static int visit_compare_global(const struct path *ancestor, void *ctx)
{
	return ++sink == 1000000;
}

SEC("lsm/file_open")
__success
int BPF_PROG(count_in_global_compared, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_compare_global, NULL, 0);
	return 0;
}
