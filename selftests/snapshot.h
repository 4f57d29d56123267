/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by snapshot.bpf.c and test_snapshot.c. */
#ifndef __SNAPSHOT_H__
#define __SNAPSHOT_H__

struct tally {
	__u64 walks;
	__u64 missed; /* the marked directory */
	__u64 cut_off; /* -ENOENT: out of its bind mount */
	__u64 errors; /* others */
	__u64 restarts;
};

#endif
