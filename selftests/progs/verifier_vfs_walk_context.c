// SPDX-License-Identifier: GPL-2.0
/* Which programs can call bpf_vfs_walk_ancestors(), and where. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_misc.h"
#include "bpf_experimental.h"
#include "vfs_walk_common.h"

char _license[] SEC("license") = "GPL";

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

static char buf[64];
static __u64 sink;

static int visit_nothing(const struct path *ancestor, void *ctx)
{
	return 0;
}

/* Only LSM programs can walk */

SEC("lsm/file_open")
__success
int BPF_PROG(walk_in_lsm, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(walk_in_lsm_sleepable, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm_cgroup/file_open")
__success
int BPF_PROG(walk_in_lsm_cgroup, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 1;
}

SEC("fentry/security_file_open")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(walk_in_fentry, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("syscall")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int walk_in_syscall(void *ctx)
{
	bpf_vfs_walk_ancestors(NULL, visit_nothing, NULL, 0);
	return 0;
}

/* mount_setattr() asks for capabilities with mount_lock held */

static void walk_from_exe(void)
{
	struct file *exe = bpf_get_task_exe_file(bpf_get_current_task_btf());

	if (!exe)
		return;
	bpf_vfs_walk_ancestors(&exe->f_path, visit_nothing, NULL, 0);
	bpf_put_file(exe);
}

SEC("lsm/capable")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(walk_with_mount_lock)
{
	walk_from_exe();
	return 0;
}

SEC("lsm_cgroup/capable")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(walk_with_mount_lock_lsm_cgroup)
{
	walk_from_exe();
	return 1;
}

SEC("lsm/bprm_committed_creds")
__success
int BPF_PROG(walk_without_mount_lock)
{
	walk_from_exe();
	return 0;
}

/* mmap_file() has no file for anonymous memory, and the verifier does not know */

SEC("lsm/mmap_file")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(walk_in_mmap_file, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/mmap_file")
__failure __msg("calling kernel function bpf_vfs_walk_ancestors is not allowed")
int BPF_PROG(walk_in_mmap_file_checked, struct file *file)
{
	if (file)
		bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

/* With VFS_WALK_MAY_SLEEP the call may sleep */

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
__failure __msg("kernel func bpf_vfs_walk_ancestors is sleepable within rcu_read_lock region")
int BPF_PROG(may_sleep_in_rcu_section, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       VFS_WALK_MAY_SLEEP);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(walk_in_rcu_section, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	bpf_rcu_read_unlock();
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("kernel func bpf_vfs_walk_ancestors is sleepable within non-preemptible region")
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

/* After a walk the caller's section is what it was before */

SEC("lsm.s/file_open")
__failure __msg("sleepable helper bpf_copy_from_user#148 in rcu_read_lock region")
int BPF_PROG(sleep_after_walk_in_rcu_section, struct file *file)
{
	bpf_rcu_read_lock();
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(sleep_after_walk, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	bpf_copy_from_user(buf, sizeof(buf), NULL);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(rcu_pointer_across_walk, struct file *file)
{
	struct task_struct *parent;

	bpf_rcu_read_lock();
	parent = bpf_get_current_task_btf()->real_parent;
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	sink = parent->pid;
	bpf_rcu_read_unlock();
	return 0;
}

/* No walk with a bpf_spin_lock */

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

/* No walk in the callback of a walk, nor in what that calls */

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

static __noinline int walk_from(const struct path *path)
{
	return bpf_vfs_walk_ancestors(path, visit_nothing, NULL,
				      VFS_WALK_MAY_SLEEP);
}

static int visit_walk_in_callee(const struct path *ancestor, void *ctx)
{
	walk_from(ancestor);
	return 0;
}

SEC("lsm.s/file_open")
__failure __msg("kfunc bpf_vfs_walk_ancestors cannot be called from its own callback")
int BPF_PROG(walk_in_callee_of_callback, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_walk_in_callee, NULL,
			       VFS_WALK_MAY_SLEEP);
	return 0;
}

SEC("lsm.s/file_open")
__success
int BPF_PROG(walk_in_callee, struct file *file)
{
	walk_from(&file->f_path);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(walk_twice, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

/* Preemption is left as it was */

static int visit_disable_preemption(const struct path *ancestor, void *ctx)
{
	__u64 *disabled = ctx;

	if (!*disabled) {
		bpf_preempt_disable();
		*disabled = 1;
	}
	return 0;
}

SEC("lsm/file_open")
__failure __msg("the callback of a walk has to leave preemption as it was")
int BPF_PROG(preemption_left_disabled, struct file *file)
{
	__u64 disabled = 0;

	bpf_vfs_walk_ancestors(&file->f_path, visit_disable_preemption,
			       &disabled, 0);
	if (disabled)
		bpf_preempt_enable();
	return 0;
}

static int visit_without_preemption(const struct path *ancestor, void *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(preemption_enabled_again, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_without_preemption, NULL,
			       0);
	return 0;
}

/* One call, with and without MAY_SLEEP: where they come together in the callback,
 * in an RCU section that the one has begun and the other one was called in, they
 * are not the same.
 */
static __naked __used int visit_sleep_or_not(void)
{
	asm volatile ("	r6 = r2;"
		      "	r7 = *(u64 *)(r6 + 0);"
		      "	if r7 == 0 goto l0_%=;"
		      "	call %[bpf_rcu_read_lock];"
		      "l0_%=:	r7 = 0;"
		      "	call %[bpf_rcu_read_unlock];"
		      "	r1 = 1;"
		      "	*(u64 *)(r6 + 0) = r1;"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_rcu_read_lock),
			__imm(bpf_rcu_read_unlock)
		      : __clobber_all);
}

SEC("lsm.s/inode_getattr")
__failure __msg("bpf_rcu_read_unlock cannot end the RCU section that a walk callback runs in")
__flag(BPF_F_TEST_STATE_FREQ)
__naked void unlock_after_may_sleep(void)
{
	asm volatile ("	r6 = *(u64 *)(r1 + 0);"
		      "	call %[bpf_get_prandom_u32];"
		      "	if r0 != 1 goto l0_%=;"
		      "	r8 = 1;"
		      "	r9 = 1;"
		      "	goto l1_%=;"
		      "l0_%=:	call %[bpf_rcu_read_lock];"
		      "	r8 = 0;"
		      "	r9 = 0;"
		      "l1_%=:	*(u64 *)(r10 - 8) = r8;"
		      "	r1 = r6;"
		      "	r2 = %[visit_sleep_or_not] ll;"
		      "	r3 = r10;"
		      "	r3 += -8;"
		      "	r4 = r9;"
		      "	call %[bpf_vfs_walk_ancestors];"
		      "	r8 = *(u64 *)(r10 - 8);"
		      "	if r8 != 0 goto l2_%=;"
		      "	call %[bpf_rcu_read_unlock];"
		      "l2_%=:	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_get_prandom_u32),
			__imm(bpf_rcu_read_lock),
			__imm(bpf_rcu_read_unlock),
			__imm(bpf_vfs_walk_ancestors),
			__imm_addr(visit_sleep_or_not)
		      : __clobber_all);
}

struct loop {
	struct file *file;
};

static int walk_once(__u32 i, void *ctx)
{
	struct loop *loop = ctx;

	bpf_vfs_walk_ancestors(&loop->file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(walk_in_loop, struct file *file)
{
	struct loop loop = { .file = file };

	bpf_loop(2, walk_once, &loop, 0);
	return 0;
}

static int visit_loop(const struct path *ancestor, void *ctx)
{
	bpf_loop(2, walk_once, ctx, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("kfunc bpf_vfs_walk_ancestors cannot be called from its own callback")
int BPF_PROG(walk_in_loop_in_callback, struct file *file)
{
	struct loop loop = { .file = file };

	bpf_vfs_walk_ancestors(&file->f_path, visit_loop, &loop, 0);
	return 0;
}
