/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions shared by ancestors.bpf.c and the tests that use it */
#ifndef __ANCESTORS_H__
#define __ANCESTORS_H__

#define SEEN_MAX 4096 /* a power of 2 */
#define GENERATIONS 16 /* a power of 2 */

/* Walk with flags 0 in a sleepable program. The kfunc has no such flag. */
#define WALK_SLEEPABLE_RCU (1ULL << 63)

/* Not a flag of the kfuncs: the mode of bpf_vfs_walk_ancestors_sleepable() */
#define MAY_SLEEP 1

struct seen {
	__u64 dev; /* sb->s_dev, in the kernel's encoding */
	__u64 ino; /* 0 for a negative dentry */
	__u64 mnt_id; /* unique id of the mount */
};

#endif
