/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by snapshot.bpf.c and snapshot.c. */
#ifndef __SNAPSHOT_H__
#define __SNAPSHOT_H__

/* Moves after which neither y nor what it is in is where it was */
#define ANY_CHANGE 5

/* Of a directory. Numbers are small here. */
static inline __u64 snapshot_identity(__u64 ino, __u32 generation)
{
	return ino | (__u64)generation << 32;
}

struct tally {
	__u64 walks;
	__u64 slow; /* of them: by the locked pass */
	__u64 restarts; /* NULLs */
	__u64 impossible; /* chains that never existed */
	__u64 renewed; /* of them: with what has taken over a dentry */
	__u64 cut_off; /* -ENOENT: out of its bind mount */
	__u64 stale; /* -ESTALE */
	__u64 errors; /* others */
};

#endif
