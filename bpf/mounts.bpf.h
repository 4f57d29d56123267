/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Properties of struct mount, read without protection: BPF has no trusted
 * pointer to it.
 */
#ifndef MOUNTS_BPF_H
#define MOUNTS_BPF_H

/* The kernel's BTF does not contain macros. */
#define MAX_ERRNO 4095

static __always_inline struct mount *real_mount(const struct vfsmount *mnt)
{
	return (void *)((unsigned long)mnt -
			bpf_core_field_offset(struct mount, mnt));
}

/*
 * Return true for an internal mount (pipes, memfds, the layers below an
 * overlayfs), to which no name leads.
 */
static __always_inline bool mount_is_internal(const struct vfsmount *mnt)
{
	struct mount *mount = real_mount(mnt);

	return (unsigned long)BPF_CORE_READ(mount, mnt_ns) >=
	       (unsigned long)-MAX_ERRNO;
}

/*
 * Return true if an unprivileged user may have placed this mount. Users can
 * mount only in a user namespace they own, so every mount in a non-initial one
 * counts. MNT_LOCKED does not tell inherited mounts apart: pivot_root() passes
 * the flag on to a user's mount. A mount without a namespace counts too, as its
 * position is unknown.
 */
static __always_inline bool mount_is_user_placed(const struct vfsmount *mnt)
{
	struct mount *mount = real_mount(mnt);
	struct mnt_namespace *ns = BPF_CORE_READ(mount, mnt_ns);

	return !ns || BPF_CORE_READ(ns, user_ns, level) > 0;
}

#endif
