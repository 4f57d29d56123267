/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions shared by snapshot.bpf.c and snapshot.c */
#ifndef __SNAPSHOT_H__
#define __SNAPSHOT_H__

/* After this many moves, neither y nor its parent is at its old place. */
#define ANY_CHANGE 5

/* Return the identity of a directory. Inode numbers fit in 32 bits here. */
static inline __u64 snapshot_identity(__u64 ino, __u32 generation)
{
	return ino | (__u64)generation << 32;
}

struct tally {
	__u64 walks;
	__u64 slow; /* walks with a locked pass */
	__u64 restarts; /* NULLs shown */
	__u64 impossible; /* chains that never existed */
	/* chains with a directory that has taken over a dentry */
	__u64 renewed;
	__u64 cut_off; /* -ENOENT: outside of its bind mount */
	__u64 stale; /* -ESTALE */
	__u64 errors; /* other errors */
};

#endif
