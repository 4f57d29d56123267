/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fixture that attaches the programs of ancestors.bpf.c and makes a world to
 * walk in, for tests of the report and of the consequences of a walk.
 */
#ifndef __ANCESTORS_FIXTURE_H__
#define __ANCESTORS_FIXTURE_H__

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "levels.h"
#include "modes.h"
#include "world.h"
#include "ancestors.skel.h"

FIXTURE(walk)
{
	struct ancestors_bpf *skel;
	struct ancestors_bpf__bss *bss;
};

FIXTURE_SETUP(walk)
{
	world_setup();
	self->skel = ancestors_bpf__open_and_load();
	ASSERT_NE(NULL, self->skel);
	ASSERT_EQ(0, ancestors_bpf__attach(self->skel));
	self->bss = self->skel->bss;
}

FIXTURE_TEARDOWN(walk)
{
	ancestors_bpf__destroy(self->skel);
}

/*
 * Walk from the file that openat() opens. Return the result of the walk. End
 * the program if there was no walk, or more than one.
 */
long ancestors_walk(struct ancestors_bpf__bss *bss, int dirfd, const char *path,
		    __u64 mode);

/*
 * Walk like ancestors_walk(). Return whether the walk shows the @nr places of
 * @want and nothing else, and print the first difference if not.
 */
bool ancestors_shown(struct ancestors_bpf__bss *bss, int dirfd,
		     const char *path, __u64 mode, const struct seen *want,
		     int nr);

/* Macros for the tests of the fixture, which have _metadata and self */
#define expect(dirfd, path, mode, want, nr)                               \
	({                                                                \
		ASSERT_TRUE(ancestors_shown(self->bss, dirfd, path, mode, \
					    want, nr));                   \
	})

#define expect_at(dirfd, path, mode, ...)                            \
	({                                                           \
		const struct seen _want[] = { __VA_ARGS__ };         \
		expect(dirfd, path, mode, _want, ARRAY_SIZE(_want)); \
	})

#define expect_chain(path, mode, ...) \
	expect_at(AT_FDCWD, path, mode, __VA_ARGS__)

/* The path is outside of its mount: the walk shows only it, then fails. */
#define expect_cut_off(dirfd, path, mode)                                \
	({                                                               \
		ASSERT_EQ(-ENOENT,                                       \
			  ancestors_walk(self->bss, dirfd, path, mode)); \
		EXPECT_EQ(1, self->bss->nr_shown);                       \
	})

#endif
