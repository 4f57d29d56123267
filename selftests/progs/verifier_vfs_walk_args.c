// SPDX-License-Identifier: GPL-2.0
/* What can be passed to bpf_vfs_walk_ancestors(). Next to each program that is
 * rejected there is one that does the same rightly, here as in the other files
 * verifier_vfs_walk_*.c.
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf_misc.h"
#include "bpf_experimental.h"
#include "vfs_walk_common.h"

char _license[] SEC("license") = "GPL";

static __u64 sink;

static int visit_nothing(const struct path *ancestor, void *ctx)
{
	return 0;
}

/* path has to be trusted */

SEC("lsm/file_open")
__success
int BPF_PROG(path_in_file, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

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
__failure __msg("args#0 expected pointer to STRUCT path but R1 has a pointer to STRUCT file")
int BPF_PROG(path_is_a_file, struct file *file)
{
	bpf_vfs_walk_ancestors((void *)file, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("pointer arithmetic on ptr_or_null_ prohibited, null-check it first")
int BPF_PROG(path_in_unchecked_file)
{
	struct file *exe = bpf_get_task_exe_file(bpf_get_current_task_btf());

	bpf_vfs_walk_ancestors(&exe->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(path_in_acquired_file)
{
	struct file *exe = bpf_get_task_exe_file(bpf_get_current_task_btf());

	if (!exe)
		return 0;
	bpf_vfs_walk_ancestors(&exe->f_path, visit_nothing, NULL, 0);
	bpf_put_file(exe);
	return 0;
}

/* cb has to be a static function */

SEC("lsm/file_open")
__failure __msg("Possibly NULL pointer passed to trusted arg1")
int BPF_PROG(cb_null, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, NULL, NULL, 0);
	return 0;
}

__noinline int visit_global(const struct path *ancestor, void *ctx)
{
	return 0;
}

SEC("lsm/file_open")
__failure __msg("callback function not static")
int BPF_PROG(cb_global, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_global, NULL, 0);
	return 0;
}

/* ctx has to be on the stack, or NULL, and cb gets it as it is */

static __u64 in_map;

SEC("lsm/file_open")
__failure __msg("R3 is map_value, expected a pointer to stack or NULL")
int BPF_PROG(ctx_in_map, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, &in_map, 0);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R3 is scalar, expected a pointer to stack or NULL")
int BPF_PROG(ctx_scalar, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, (void *)1, 0);
	return 0;
}

static __used int visit_write_if_any(const struct path *ancestor, void *ctx)
{
	if (ctx)
		*(__u64 *)ctx = 1;
	return 0;
}

/* The call is verified with NULL first, with another scalar last. */

SEC("lsm/inode_getattr")
__failure __msg("R3 is scalar, expected a pointer to stack or NULL")
__naked void ctx_null_stack_or_scalar(void)
{
	asm volatile ("	r6 = *(u64 *)(r1 + 0);"
		      "	r0 = 0;"
		      "	*(u64 *)(r10 - 8) = r0;"
		      "	call %[bpf_get_prandom_u32];"
		      "	r7 = r0;"
		      "	r3 = 0;"
		      "	if r7 != 1 goto l0_%=;"
		      "	goto l2_%=;"
		      "l0_%=:	if r7 != 2 goto l1_%=;"
		      "	r3 = r10;"
		      "	r3 += -8;"
		      "	goto l2_%=;"
		      "l1_%=:	r3 = r7;"
		      "l2_%=:	r1 = r6;"
		      "	r2 = %[visit_write_if_any] ll;"
		      "	r4 = 0;"
		      "	call %[bpf_vfs_walk_ancestors];"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_get_prandom_u32),
			__imm(bpf_vfs_walk_ancestors),
			__imm_addr(visit_write_if_any)
		      : __clobber_all);
}

static int visit_count(const struct path *ancestor, void *ctx)
{
	__u64 *count = ctx;

	*count = ancestor ? *count + 1 : 0;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("R2 invalid mem access 'scalar'")
int BPF_PROG(ctx_null_used, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_count, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(ctx_on_stack, struct file *file)
{
	__u64 count = 0;

	bpf_vfs_walk_ancestors(&file->f_path, visit_count, &count, 0);
	sink = count;
	return 0;
}

static __noinline int count_ancestors(struct file *file, __u64 *count)
{
	return bpf_vfs_walk_ancestors(&file->f_path, visit_count, count, 0);
}

SEC("lsm/file_open")
__success
int BPF_PROG(ctx_on_stack_of_caller, struct file *file)
{
	__u64 count = 0;

	count_ancestors(file, &count);
	sink = count;
	return 0;
}

static int visit_out_of_bounds(const struct path *ancestor, void *ctx)
{
	__u64 *count = ctx;

	count[1] = 0;
	return 0;
}

SEC("lsm/file_open")
__failure __msg("invalid write to stack R2 off=0 size=8")
int BPF_PROG(ctx_out_of_bounds, struct file *file)
{
	__u64 count = 0;

	bpf_vfs_walk_ancestors(&file->f_path, visit_out_of_bounds, &count, 0);
	sink = count;
	return 0;
}

/* flags have to be constant. Which there are is checked at run time. */

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
		bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
				       VFS_WALK_MAY_SLEEP);
	else
		bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 0);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(flags_without_may_sleep, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL,
			       VFS_WALK_DISCONNECTED | VFS_WALK_FS_ROOT);
	return 0;
}

SEC("lsm/file_open")
__success
int BPF_PROG(flags_unassigned, struct file *file)
{
	bpf_vfs_walk_ancestors(&file->f_path, visit_nothing, NULL, 1ULL << 63);
	return 0;
}
