/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of walks on many kinds of filesystems share. */
#ifndef __FILESYSTEMS_H__
#define __FILESYSTEMS_H__

#include <err.h>

#include "ancestors_fixture.h"

/* Counted for the figures: places, and ancestors compared in all modes */
extern int cases, comparisons;

/* Print the counts as the row filesystems/@name, and begin anew. */
void figure(const char *name);

/*
 * The places of world.h with the device of their superblock, which a walk reports.
 * st_dev of stat() is another number on btrfs (one for each subvolume) and, for
 * files, on overlayfs (one for each layer).
 */
__u64 sb_dev(__u64 mnt_id);
struct seen sb_place_at(int dirfd, const char *path);
struct seen sb_place(const char *path);
struct seen sb_place_by(const char *path, struct seen by);

/* Above what a test has made in /t */
#define above sb_place("/t"), sb_place("/")

/* A walk from @path below @dirfd shows these places. */
#define shows(dirfd, path, mode, ...)                                    \
	({                                                               \
		const struct seen _places[] = { __VA_ARGS__ };           \
		cases += !(mode);                                        \
		comparisons += ARRAY_SIZE(_places);                      \
		self->bss->nr_opens = 0;                                 \
		expect(dirfd, path, mode, _places, ARRAY_SIZE(_places)); \
	})

/* The path is no place of its mount: only it, then the error. */
#define cuts_off(dirfd, path, mode)                \
	({                                         \
		cases += !(mode);                  \
		comparisons++;                     \
		self->bss->nr_opens = 0;           \
		expect_cut_off(dirfd, path, mode); \
	})

#endif
