/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fixture with the programs of ancestors.bpf.c attached and a world to walk
 * in, for the tests of what is visited and of what comes of a walk.
 */
#ifndef __ANCESTORS_FIXTURE_H__
#define __ANCESTORS_FIXTURE_H__

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "levels.h"
#include "world.h"
#include "ancestors.skel.h"

#define MAY_SLEEP 1
#define DISCONNECTED 2
#define FS_ROOT 4

static const __u64 all_modes[] = {
	0,
	DISCONNECTED,
	FS_ROOT,
	DISCONNECTED | FS_ROOT,
	MAY_SLEEP,
	MAY_SLEEP | DISCONNECTED,
	MAY_SLEEP | FS_ROOT,
	MAY_SLEEP | DISCONNECTED | FS_ROOT,
	WALK_SLEEPABLE_RCU,
};

#define for_each_mode(mode)               \
	for (const __u64 *_m = all_modes; \
	     _m < all_modes + ARRAY_SIZE(all_modes) && (mode = *_m, 1); _m++)

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

/* Walk from what openat() opens. Returns what the walk has returned. */
static long walk_at(struct __test_metadata *const _metadata,
		    FIXTURE_DATA(walk) * self, int dirfd, const char *path,
		    __u64 mode)
{
	int fd;

	self->bss->nr_walks = 0;
	self->bss->flags = mode;
	self->bss->tid = syscall(SYS_gettid);
	fd = openat(dirfd, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	self->bss->tid = 0;
	/* sockets are among what cannot be opened, yet can be walked from */
	ASSERT_EQ(1, self->bss->nr_walks)
	{
		TH_LOG("open %s: %m", path);
	}
	if (fd >= 0)
		close(fd);
	return self->bss->ret;
}

static __attribute__((unused)) void
expect(struct __test_metadata *const _metadata, FIXTURE_DATA(walk) * self,
       int dirfd, const char *path, __u64 mode, const struct seen *want, int nr)
{
	ASSERT_EQ(nr, walk_at(_metadata, self, dirfd, path, mode))
	{
		TH_LOG("%s, mode %llx", path, mode);
	}
	ASSERT_EQ(nr, self->bss->nr_shown);
	ASSERT_EQ(nr, self->bss->nr_calls);
	ASSERT_EQ(0, self->bss->nr_null);
	for (int i = 0; i < nr; i++) {
		EXPECT_EQ(0,
			  memcmp(&want[i], &self->bss->seen[i], sizeof(*want)))
		{
			TH_LOG("%s, mode %llx, ancestor %d: dev %llx ino %llu mnt %llu, expected %llx %llu %llu",
			       path, mode, i, self->bss->seen[i].dev,
			       self->bss->seen[i].ino,
			       self->bss->seen[i].mnt_id, want[i].dev,
			       want[i].ino, want[i].mnt_id);
		}
	}
}

#define expect_at(dirfd, path, mode, ...)                         \
	({                                                        \
		const struct seen _want[] = { __VA_ARGS__ };      \
		expect(_metadata, self, dirfd, path, mode, _want, \
		       ARRAY_SIZE(_want));                        \
	})

#define expect_chain(path, mode, ...) \
	expect_at(AT_FDCWD, path, mode, __VA_ARGS__)

/* The path is no place of its mount: only it, then the error. */
#define expect_cut_off(dirfd, path, mode)                               \
	({                                                              \
		ASSERT_EQ(-ENOENT,                                      \
			  walk_at(_metadata, self, dirfd, path, mode)); \
		EXPECT_EQ(1, self->bss->nr_shown);                      \
	})

static __attribute__((unused)) bool fs_root(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & FS_ROOT;
}

static __attribute__((unused)) bool disconnected(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & (FS_ROOT | DISCONNECTED);
}

#endif
