/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attributes of files of several kinds. A mixture of two files, or a file
 * that is still being made, matches no kind. Shared by stat.bpf.c and tests.
 */
#ifndef __KINDS_H__
#define __KINDS_H__

#define KINDS 4 /* 1 to 4 */

#define KIND_UID(kind) (1000 + (kind))
#define KIND_GID(kind) (2000 + (kind))
#define KIND_MODE(kind) (0600 + (kind))
#define KIND_SIZE(kind) (4000 + (kind))

static inline _Bool is_of_a_kind(unsigned int uid, unsigned int gid,
				 unsigned int mode, long long size)
{
	int kind = uid - KIND_UID(0);

	return kind >= 1 && kind <= KINDS && gid == KIND_GID(kind) &&
	       (mode & 07777) == KIND_MODE(kind) && size == KIND_SIZE(kind);
}

#endif
