// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs for the tests of stat() and access(). They record how these calls
 * have ended, provide programs for the LSM hook, and can stop a call that looks
 * without references.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "kernel.bpf.h"
#include "disturb.bpf.h"
#include "kinds.h"

char LICENSE[] SEC("license") = "GPL";

__u32 tid; /* set by the test: the thread whose calls count */
bool wait_in_look; /* calls wait for the disturber before they read the inode */
__u64 patience; /* calls wait for so many rounds of the adversary */
volatile __u64 rounds; /* the adversary's rounds so far */
bool deny; /* the hook denies each call */

/* Results */
__u64 nr_fast; /* lookups that have ended without references */
__u64 nr_answers; /* answers without references, whether they counted or not */
__u64 nr_mixed; /* answers that match no kind of kinds.h, hence no file */
__u64 nr_decided; /* calls of access() with an answer, whether it counted or not */
__u64 nr_hooks; /* calls of the programs hook, override and watch */
__u64 lockref; /* address of d_lockref of the last dentry that was looked at */

static bool mine(void)
{
	return tid && tid == (__u32)bpf_get_current_pid_tgid();
}

static long is_over(__u32 i, void *data)
{
	__u64 *until = data;

	return (__s64)(rounds - *until) >= 0;
}

static void await_rounds(void)
{
	__u64 until = rounds + patience;

	bpf_loop(BPF_MAX_LOOPS, is_over, &until, 0);
}

SEC("fexit/" FN_STAT_LOOKUP)
int looked_up(void *ctx)
{
	__u64 ret = 0;

	if (!mine() || bpf_get_func_ret(ctx, &ret))
		return 0;
	nr_fast += (int)ret == -ECALLBACK;
	return 0;
}

/* Attached only where a test needs it: it makes each call take references. */
SEC("lsm/inode_getattr")
int BPF_PROG(hook, const struct path *path, int ret)
{
	if (ret || !mine())
		return ret;
	nr_hooks++;
	return deny ? -EACCES : 0;
}

/* The hook's result can also be changed without the BPF LSM. */
SEC("fmod_ret/security_inode_getattr")
int BPF_PROG(override, const struct path *path, int ret)
{
	if (!mine())
		return 0;
	nr_hooks++;
	return deny ? -EACCES : 0;
}

/* A program that only watches makes each call take references, too. */
SEC("fentry/security_inode_getattr")
int BPF_PROG(watch)
{
	nr_hooks += mine();
	return 0;
}

static int look_at(const struct path *path)
{
	if (!mine())
		return 0;
	lockref = (__u64)path->dentry +
		  bpf_core_field_offset(struct dentry, d_lockref);
	if (wait_in_look)
		wait_for_go();
	await_rounds();
	return 0;
}

/* The functions that are entered here read the inode. */
SEC("fentry/" FN_STAT_LOOK)
int BPF_PROG(look, const struct path *path)
{
	return look_at(path);
}

SEC("fentry/" FN_ACCESS_LOOK)
int BPF_PROG(look_access, const struct path *path)
{
	return look_at(path);
}

SEC("fexit/" FN_ACCESS_LOOK)
int BPF_PROG(decided, const struct path *path, struct inode *inode, void *mode,
	     int ret)
{
	nr_decided += mine() && ret;
	return 0;
}

/* The inode has been read, but whether the answer counts is not known yet. */
SEC("fexit/" FN_STAT_LOOK)
int BPF_PROG(looked, const struct path *path, struct inode *inode,
	     struct stat_rcu *rcu, int ret)
{
	struct kstat *stat;

	if (!mine() || ret != -ECALLBACK)
		return 0;
	nr_answers++;
	stat = BPF_CORE_READ(rcu, stat);
	nr_mixed += !is_of_a_kind(BPF_CORE_READ(stat, uid.val),
				  BPF_CORE_READ(stat, gid.val),
				  BPF_CORE_READ(stat, mode),
				  BPF_CORE_READ(stat, size));
	return 0;
}
