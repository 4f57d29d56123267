/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of walks on many kinds of filesystems share. */
#ifndef __FILESYSTEMS_H__
#define __FILESYSTEMS_H__

#include <err.h>

#include "ancestors_fixture.h"

/* Counted for the figures: places, and ancestors compared in all modes */
static int cases, comparisons;

/*
 * sb->s_dev, which is what a walk reports. What stat() calls st_dev is another
 * number on btrfs (one for each subvolume) and, for files, on overlayfs (one for
 * each layer). statmount(2) takes it from the superblock.
 */
static inline __u64 sb_dev(__u64 mnt_id)
{
	struct {
		__u32 size, mnt_ns_fd;
		__u64 mnt_id, mask;
	} req = { .size = sizeof(req), .mnt_id = mnt_id, .mask = 1 };
	struct {
		__u32 size, opts;
		__u64 mask;
		__u32 major, minor;
		__u64 rest[61];
	} sb;

	if (syscall(457 /* statmount */, &req, &sb, sizeof(sb), 0))
		err(1, "statmount %llu", mnt_id);
	return (__u64)sb.major << 20 | sb.minor;
}

static inline struct seen sb_place_at(int dirfd, const char *path)
{
	struct seen seen = place_at(dirfd, path);

	seen.dev = sb_dev(seen.mnt_id);
	return seen;
}

static inline struct seen sb_place(const char *path)
{
	return sb_place_at(-1, path);
}

static inline struct seen sb_place_by(const char *path, struct seen by)
{
	struct seen seen = sb_place(path);

	seen.mnt_id = by.mnt_id;
	return seen;
}

/* Above what a test has made in /t */
#define above sb_place("/t"), sb_place("/")

/* A walk from @path below @dirfd shows these places. */
#define shows(dirfd, path, mode, ...)                               \
	({                                                          \
		const struct seen _places[] = { __VA_ARGS__ };      \
		cases += !(mode);                                   \
		comparisons += ARRAY_SIZE(_places);                 \
		self->bss->nr_opens = 0;                            \
		expect(_metadata, self, dirfd, path, mode, _places, \
		       ARRAY_SIZE(_places));                        \
	})

/* The path is no place of its mount: only it, then the error. */
#define cuts_off(dirfd, path, mode)                \
	({                                         \
		cases += !(mode);                  \
		comparisons++;                     \
		self->bss->nr_opens = 0;           \
		expect_cut_off(dirfd, path, mode); \
	})

static inline void figure(const char *name)
{
	printf("# figure: filesystems/%s cases=%d comparisons=%d\n", name,
	       cases, comparisons);
	fflush(stdout);
	cases = comparisons = 0;
}

#endif
