/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose mounts are they? Of struct mount, to which no pointer is trusted. */
#ifndef MOUNTS_BPF_H
#define MOUNTS_BPF_H

/* A macro of the kernel, which its BTF does not carry */
#define MAX_ERRNO 4095

static __always_inline struct mount *real_mount(const struct vfsmount *mnt)
{
	return (void *)((unsigned long)mnt -
			bpf_core_field_offset(struct mount, mnt));
}

/*
 * No name leads to an internal mount (pipes, memfds, the layers below an
 * overlayfs).
 */
static __always_inline bool mount_is_internal(const struct vfsmount *mnt)
{
	struct mount *mount = real_mount(mnt);

	return (unsigned long)BPF_CORE_READ(mount, mnt_ns) >=
	       (unsigned long)-MAX_ERRNO;
}

/*
 * May an unprivileged user have put it where it is? He can mount in a user
 * namespace, and only there. MNT_LOCKED, on what came into one with the mounts of
 * the one above, does not tell: pivot_root() gives it to what he has mounted. Of
 * what was taken out of its namespace, nobody knows where that was.
 */
static __always_inline bool mount_may_be_a_users(const struct vfsmount *mnt)
{
	struct mount *mount = real_mount(mnt);
	struct mnt_namespace *ns = BPF_CORE_READ(mount, mnt_ns);

	return !ns || BPF_CORE_READ(ns, user_ns, level) > 0;
}

#endif
