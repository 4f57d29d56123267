// SPDX-License-Identifier: GPL-2.0-only
/*
 * pathward: decide an open by the nearest rule at or above the file.
 *
 * The hook:
 *   file_open   every open by name, by handle or through /proc/PID/fd, and
 *               every exec; not O_PATH, which opens nothing
 *
 * Without a policy (empty maps) everything is allowed, so the bare object can
 * be loaded and attached with bpftool.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "pathward.h"
#include "vfs_walk.bpf.h"
#include "maps.bpf.h"
#include "decision.bpf.h"
#include "mounts.bpf.h"
#include "report.bpf.h"

/* The kernel's BTF does not contain macros. */
#define ENOENT 2
#define E2BIG 7
#define ENOMEM 12
#define EACCES 13
#define EOPNOTSUPP 95
#define ESTALE 116
#define FMODE_READ 0x1
#define FMODE_WRITE 0x2
#define O_ACCMODE 00000003
#define O_TRUNC 00001000
#define O_APPEND 00002000
#define DCACHE_DISCONNECTED 0x20

char LICENSE[] SEC("license") = "GPL";

extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym;
extern void bpf_put_file(struct file *file) __ksym;

static __always_inline void apply_rule(struct decision *d, struct inode *inode)
{
	struct pathward_rule *rule;
	u64 allowed, denied;

	if (!inode)
		return;
	rule = bpf_inode_storage_get(&rules, inode, 0, 0);
	if (!rule)
		return;

	allowed = d->undecided & rule->allow;
	if (allowed & ~d->grantable & ~d->withheld)
		d->withheld_rule = rule->id;
	d->withheld |= allowed & ~d->grantable;
	allowed &= d->grantable;
	denied = d->undecided & rule->mentions & ~(u64)rule->allow;
	if (denied & PATHWARD_READ)
		d->read_rule = rule->id;
	if (denied & PATHWARD_WRITE)
		d->write_rule = rule->id;
	d->denied |= denied;
	d->excepted |= denied & rule->excepted;
	d->undecided &= ~(allowed | denied);
}

/*
 * Gather the rules of the file, then of each ancestor. The ancestors are
 * certain only after the walk, so do nothing else here.
 */
static int visit(const struct path *ancestor, void *data)
{
	struct decision *d = data;
	struct dentry *dentry;

	if (!ancestor) { /* the walk starts again */
		d->undecided = d->wanted;
		d->grantable = PATHWARD_ALL;
		d->denied = 0;
		d->excepted = 0;
		d->read_rule = 0;
		d->write_rule = 0;
		d->withheld = 0;
		d->withheld_rule = 0;
		return 0;
	}
	dentry = ancestor->dentry;
	apply_rule(d, dentry->d_inode);
	/*
	 * The mountpoint follows. In a user namespace its owner chose where to
	 * mount, so from here on rules may deny but not allow.
	 */
	if (dentry->d_parent == dentry && mount_is_user_placed(ancestor->mnt))
		d->grantable = 0;
	return !d->undecided;
}

static __always_inline u32 exception(u64 rule, u32 exe)
{
	struct pathward_exception key = { .rule = rule, .exe = exe };
	u32 *rights = bpf_map_lookup_elem(&exceptions, &key);

	return rights ? *rights : 0;
}

/* Return the denied rights that the current executable has by exception. */
static __always_inline u64 exceptions_of_current(const struct decision *d)
{
	struct file *exe;
	u64 rights = 0;
	u32 *id;

	exe = bpf_get_task_exe_file(bpf_get_current_task_btf());
	if (!exe) /* a kernel thread */
		return 0;
	id = bpf_inode_storage_get(&executables, exe->f_inode, 0, 0);
	if (id) {
		rights = exception(d->read_rule, *id) & PATHWARD_READ;
		rights |= exception(d->write_rule, *id) & PATHWARD_WRITE;
	}
	bpf_put_file(exe);
	return rights & d->excepted;
}

/*
 * Return true for a dentry that was made from a file handle and whose parents
 * were not looked up: its ancestors are unknown.
 */
static __always_inline bool is_disconnected(struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;

	return dentry->d_flags & DCACHE_DISCONNECTED &&
	       dentry->d_parent == dentry;
}

static __always_inline u32 reason_of(long error)
{
	switch (error) {
	case -ENOENT:
		return PATHWARD_DISCONNECTED;
	case -E2BIG:
		return PATHWARD_TOO_DEEP;
	case -ENOMEM:
		return PATHWARD_NO_MEMORY;
	case -EOPNOTSUPP:
		return PATHWARD_NO_WALK;
	case -ESTALE:
		return PATHWARD_DISTURBED;
	default:
		return PATHWARD_WALK_FAILED;
	}
}

/*
 * Apply the default to undecided rights; deny them all if the ancestors are
 * unknown.
 *
 * A default of deny does not apply to internal mounts, where no rule could lift
 * it. Overlayfs opens the file of a layer on such a mount after the policy has
 * decided in the overlay. Deny rules on the layer still apply.
 */
static __always_inline void apply_default(struct file *file, struct decision *d,
					  bool unknown, u32 default_allow,
					  struct cause *cause)
{
	u64 denied = d->undecided & ~(u64)default_allow;
	u32 reason = PATHWARD_BY_DEFAULT;

	if (unknown) {
		denied = d->undecided;
		reason = PATHWARD_DISCONNECTED;
	} else if (denied && mount_is_internal(file->f_path.mnt)) {
		denied = 0;
	}
	if (!d->denied) {
		if (reason == PATHWARD_BY_DEFAULT && denied & d->withheld) {
			reason = PATHWARD_USER_MOUNT;
			cause->rule = d->withheld_rule;
		}
		cause->reason = reason;
	}
	d->denied |= denied;
}

static __always_inline long walk(struct file *file, struct decision *d)
{
	if (!bpf_vfs_walk_present())
		return -EOPNOTSUPP;
	/*
	 * Walk up to each filesystem's own root. Otherwise a bind mount of
	 * something below a protected directory would bypass its rule, and
	 * anyone can make such a mount in a user namespace.
	 */
	return bpf_vfs_walk_ancestors(&file->f_path, visit, d,
				      VFS_WALK_FS_ROOT);
}

static __always_inline void evaluate_rules(struct file *file,
					   struct decision *d,
					   u32 default_allow,
					   struct cause *cause)
{
	bool unknown = is_disconnected(file);
	/*
	 * A walk would continue at the mount's root: use only the file's rule.
	 */
	long error = unknown ? visit(&file->f_path, d) : walk(file, d);

	if (error < 0) {
		count(walk_errors);
		d->denied = d->wanted;
		cause->reason = reason_of(error);
		cause->walk_error = error;
		return;
	}
	if (d->denied & d->excepted)
		d->denied &= ~exceptions_of_current(d);
	if (d->denied) {
		cause->reason = PATHWARD_BY_RULE;
		cause->rule = d->denied & PATHWARD_READ ? d->read_rule :
							  d->write_rule;
	}
	if (d->undecided)
		apply_default(file, d, unknown, default_allow, cause);
}

static __always_inline int decide(struct file *file, u64 asked)
{
	struct decision d = {
		.asked = asked,
		.grantable = PATHWARD_ALL,
	};
	struct pathward_config *config;
	struct cause cause = {};
	__u32 key = 0;

	config = bpf_map_lookup_elem(&settings, &key);
	if (!config || config->state != PATHWARD_ACTIVE)
		return 0;

	/* A walk for a right that nothing denies could only fail. */
	d.wanted = asked & config->deniable;
	d.undecided = d.wanted;
	if (d.wanted)
		evaluate_rules(file, &d, config->default_allow, &cause);
	if (!d.denied) {
		count(allowed);
		return 0;
	}
	if (config->mode == PATHWARD_AUDIT) {
		count(audited);
		report(file, &d, PATHWARD_AUDITED, &cause);
		return 0;
	}
	count(denied);
	report(file, &d, PATHWARD_DENIED, &cause);
	return -EACCES;
}

/*
 * Return the rights that an open asks for. exec opens for reading. O_TRUNC and
 * O_APPEND count as writing with any access mode.
 */
static __always_inline u64 rights_wanted(struct file *file)
{
	u64 wanted = 0;

	if (file->f_mode & FMODE_READ)
		wanted |= PATHWARD_READ;
	if (file->f_mode & FMODE_WRITE || file->f_flags & (O_TRUNC | O_APPEND))
		wanted |= PATHWARD_WRITE;
	/* Access mode 3, for ioctl() only, needs both permissions as well. */
	if ((file->f_flags & O_ACCMODE) == O_ACCMODE)
		wanted = PATHWARD_ALL;
	return wanted;
}

SEC("lsm/file_open")
int BPF_PROG(pathward_file_open, struct file *file, int ret)
{
	if (ret)
		return ret;
	return decide(file, rights_wanted(file));
}
