// SPDX-License-Identifier: GPL-2.0
/*
 * What one path through a walk's callback leaves in ctx is what another one finds
 * there: the states of a callback may be taken for equal only if ctx is, too.
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

#include "bpf_misc.h"
#include "vfs_walk_common.h"

char _license[] SEC("license") = "GPL";

static char buf[64];

/* What inline assembly refers to has no BTF by that, which libbpf needs. */
void __kfunc_btf_root(void)
{
	bpf_vfs_walk_ancestors(NULL, NULL, NULL, 0);
}

/* ctx: a pointer. One path makes a number of it, another one dereferences it. */
static __naked __used int visit_swap(void)
{
	asm volatile ("	r6 = r2;"
		      "	call %[bpf_get_prandom_u32];"
		      "	if r0 == 1 goto l2_%=;"
		      "	if r0 == 2 goto l1_%=;"
		      "	goto l0_%=;"
		      "l1_%=:	r1 = 57005;"
		      "	*(u64 *)(r6 + 0) = r1;"
		      "l0_%=:	r0 = 0;"
		      "	exit;"
		      "l2_%=:	r1 = *(u64 *)(r6 + 0);"
		      "	r0 = *(u8 *)(r1 + 0);"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_get_prandom_u32)
		      : __clobber_all);
}

SEC("lsm/inode_getattr")
__failure __msg("R1 invalid mem access 'scalar'")
__flag(BPF_F_TEST_STATE_FREQ)
__naked void ctx_of_another_path(void)
{
	asm volatile ("	r6 = *(u64 *)(r1 + 0);"
		      "	r1 = %[buf] ll;"
		      "	*(u64 *)(r10 - 8) = r1;"
		      "	r1 = r6;"
		      "	r2 = %[visit_swap] ll;"
		      "	r3 = r10;"
		      "	r3 += -8;"
		      "	r4 = 0;"
		      "	call %[bpf_vfs_walk_ancestors];"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_vfs_walk_ancestors),
			__imm_addr(visit_swap),
			__imm_addr(buf)
		      : __clobber_all);
}

/* ctx: a kind and a pointer, of which a number is made if the kind is not 0. */
static __naked __used int visit_by_kind(void)
{
	asm volatile ("	r6 = r2;"
		      "	r7 = *(u64 *)(r6 + 0);"
		      "	call %[bpf_get_prandom_u32];"
		      "	if r0 == 1 goto l1_%=;"
		      "	if r7 == 0 goto l0_%=;"
		      "	r1 = 57005;"
		      "	*(u64 *)(r6 + 8) = r1;"
		      "l0_%=:	r0 = 0;"
		      "	exit;"
		      "l1_%=:	r1 = *(u64 *)(r6 + 8);"
		      "	r0 = *(u8 *)(r1 + 0);"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_get_prandom_u32)
		      : __clobber_all);
}

SEC("lsm/inode_getattr")
__failure __msg("R1 invalid mem access 'scalar'")
__flag(BPF_F_TEST_STATE_FREQ)
__naked void ctx_of_another_call(void)
{
	asm volatile ("	r6 = *(u64 *)(r1 + 0);"
		      "	r1 = %[buf] ll;"
		      "	*(u64 *)(r10 - 8) = r1;"
		      "	*(u64 *)(r10 - 24) = r1;"
		      "	r1 = 0;"
		      "	*(u64 *)(r10 - 16) = r1;"
		      "	r1 = 1;"
		      "	*(u64 *)(r10 - 32) = r1;"
		      "	call %[bpf_get_prandom_u32];"
		      "	r3 = r10;"
		      "	r3 += -32;"
		      "	if r0 == 1 goto l0_%=;"
		      "	r3 = r10;"
		      "	r3 += -16;"
		      "l0_%=:	r1 = r6;"
		      "	r2 = %[visit_by_kind] ll;"
		      "	r4 = 0;"
		      "	call %[bpf_vfs_walk_ancestors];"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_get_prandom_u32),
			__imm(bpf_vfs_walk_ancestors),
			__imm_addr(visit_by_kind),
			__imm_addr(buf)
		      : __clobber_all);
}

/* The same with nothing but pointers in ctx */
static __naked __used int visit_use(void)
{
	asm volatile ("	r6 = r2;"
		      "	call %[bpf_get_prandom_u32];"
		      "	r1 = *(u64 *)(r6 + 0);"
		      "	if r0 == 1 goto l0_%=;"
		      "	r1 += 1;"
		      "	*(u64 *)(r6 + 8) = r1;"
		      "l0_%=:	r1 = *(u64 *)(r6 + 8);"
		      "	r0 = *(u8 *)(r1 + 0);"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_get_prandom_u32)
		      : __clobber_all);
}

SEC("lsm/inode_getattr")
__success
__flag(BPF_F_TEST_STATE_FREQ)
__naked void ctx_with_pointers(void)
{
	asm volatile ("	r6 = *(u64 *)(r1 + 0);"
		      "	r1 = %[buf] ll;"
		      "	*(u64 *)(r10 - 8) = r1;"
		      "	*(u64 *)(r10 - 16) = r1;"
		      "	r1 = r6;"
		      "	r2 = %[visit_use] ll;"
		      "	r3 = r10;"
		      "	r3 += -16;"
		      "	r4 = 0;"
		      "	call %[bpf_vfs_walk_ancestors];"
		      "	r0 = 0;"
		      "	exit;"
		      :
		      : __imm(bpf_vfs_walk_ancestors),
			__imm_addr(visit_use),
			__imm_addr(buf)
		      : __clobber_all);
}
