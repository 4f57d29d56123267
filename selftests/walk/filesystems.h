/* SPDX-License-Identifier: GPL-2.0-only */
/* Helpers of the tests of walks on many kinds of filesystems */
#ifndef __FILESYSTEMS_H__
#define __FILESYSTEMS_H__

#include <err.h>

#include "ancestors_fixture.h"

/* Counts for the figures: places, and ancestors compared in all modes */
extern int cases, comparisons;

/* Print the counts as the row filesystems/@name, and reset them. */
void figure(const char *name);

/*
 * Like the functions of world.h, but with the device of the superblock, which a
 * walk reports. st_dev of stat() is another number on btrfs (one for each
 * subvolume) and, for files, on overlayfs (one for each layer).
 */
__u64 sb_dev(__u64 mnt_id);
struct seen sb_place_at(int dirfd, const char *path);
struct seen sb_place(const char *path);
struct seen sb_place_by(const char *path, struct seen by);

/* The places above the files that a test makes in /t */
#define above sb_place("/t"), sb_place("/")

/* Check that a walk from @path below @dirfd shows these places. */
#define shows(dirfd, path, mode, ...)                                    \
	({                                                               \
		const struct seen _places[] = { __VA_ARGS__ };           \
		cases += !(mode);                                        \
		comparisons += ARRAY_SIZE(_places);                      \
		self->bss->nr_opens = 0;                                 \
		expect(dirfd, path, mode, _places, ARRAY_SIZE(_places)); \
	})

/* Check that a walk shows only @path, which has left its mount, and fails. */
#define cuts_off(dirfd, path, mode)                \
	({                                         \
		cases += !(mode);                  \
		comparisons++;                     \
		self->bss->nr_opens = 0;           \
		expect_cut_off(dirfd, path, mode); \
	})

#endif
