// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_vfs_walk_ancestors(): what is visited, what is returned, in each
 * combination of flags.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "world.h"
#include "ancestors.skel.h"

#define MAY_SLEEP 1
#define DISCONNECTED 2
#define FS_ROOT 4

/* Levels that the kernel gathers at once, and at most */
#define WINDOW 32
#define MAX_DEPTH 16384

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
	ASSERT_LE(0, fd)
	{
		TH_LOG("open %s: %m", path);
	}
	close(fd);
	ASSERT_EQ(1, self->bss->nr_walks);
	return self->bss->ret;
}

static void expect(struct __test_metadata *const _metadata,
		   FIXTURE_DATA(walk) * self, int dirfd, const char *path,
		   __u64 mode, const struct seen *want, int nr)
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

static bool fs_root(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & FS_ROOT;
}

static bool disconnected(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & (FS_ROOT | DISCONNECTED);
}

TEST_F(walk, file_and_parents)
{
	__u64 mode;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	for_each_mode(mode)
	{
		expect_chain("/t/a/b/f", mode, place("/t/a/b/f"),
			     place("/t/a/b"), place("/t/a"), place("/t"),
			     place("/"));
		expect_chain("/t/a", mode, place("/t/a"), place("/t"),
			     place("/"));
		expect_chain("/", mode, place("/"));
	}
}

TEST_F(walk, ancestor_is_referenced_and_trusted)
{
	world_mkdir("/t/a");
	self->bss->stop_after = 2;
	ASSERT_EQ(2, walk_at(_metadata, self, AT_FDCWD, "/t/a", MAY_SLEEP));
	EXPECT_STREQ("/t", self->bss->where);
	ASSERT_EQ(2, walk_at(_metadata, self, AT_FDCWD, "/t/a",
			     WALK_SLEEPABLE_RCU));
	EXPECT_STREQ("/t/a", self->bss->where);
}

TEST_F(walk, root_of_bind_mount)
{
	struct seen mnt;
	__u64 mode;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_mkdir("/t/a/b/c");
	world_mkdir("/t/x");
	world_mkdir("/t/x/m");
	world_bind("/t/a/b", "/t/x/m");
	mnt = place("/t/x/m");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_chain("/t/x/m/c", mode, place("/t/x/m/c"), mnt,
				     place_by("/t/a", mnt), place_by("/t", mnt),
				     place("/t/x"), place("/t"), place("/"));
		else
			expect_chain("/t/x/m/c", mode, place("/t/x/m/c"), mnt,
				     place("/t/x"), place("/t"), place("/"));
	}
}

TEST_F(walk, bind_mount_of_a_file)
{
	struct seen mnt;
	__u64 mode;

	world_mkdir("/t/a");
	world_write("/t/a/f");
	world_mkdir("/t/b");
	world_write("/t/b/g");
	world_bind("/t/a/f", "/t/b/g");
	mnt = place("/t/b/g");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_chain("/t/b/g", mode, mnt, place_by("/t/a", mnt),
				     place_by("/t", mnt), place("/t/b"),
				     place("/t"), place("/"));
		else
			expect_chain("/t/b/g", mode, mnt, place("/t/b"),
				     place("/t"), place("/"));
	}
}

TEST_F(walk, stacked_mounts_are_one_step)
{
	__u64 mode;

	world_mkdir("/t/m");
	for (int i = 0; i < 3; i++)
		world_tmpfs("/t/m");
	world_write("/t/m/f");
	for_each_mode(mode)
		expect_chain("/t/m/f", mode, place("/t/m/f"), place("/t/m"),
			     place("/t"), place("/"));
}

TEST_F(walk, mount_over_an_ancestor_is_not_entered)
{
	struct seen a;
	__u64 mode;
	int fd;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	a = place("/t/a");
	fd = world_open("/t/a/b", O_PATH);
	world_tmpfs("/t/a");
	for_each_mode(mode)
		expect_at(fd, "f", mode, place_at(fd, "f"), place_at(fd, ""), a,
			  place("/t"), place("/"));
}

TEST_F(walk, chroot_is_no_stop)
{
	struct seen want[5];
	__u64 mode;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	want[0] = place("/t/a/b/f");
	want[1] = place("/t/a/b");
	want[2] = place("/t/a");
	want[3] = place("/t");
	want[4] = place("/");
	ASSERT_EQ(0, chroot("/t/a"));
	ASSERT_EQ(0, chdir("/"));
	for_each_mode(mode)
		expect(_metadata, self, AT_FDCWD, "/b/f", mode, want, 5);
}

TEST_F(walk, root_covered_by_pivot_root)
{
	struct seen f, root;
	__u64 mode;

	world_mkdir("/t/old");
	world_write("/t/f");
	f = place("/t/f");
	root = place("/t");
	ASSERT_EQ(0, syscall(SYS_pivot_root, "/t", "/t/old"));
	ASSERT_EQ(0, chdir("/"));
	for_each_mode(mode)
	{
		expect_chain("/f", mode, f, root);
		/* the old root is a mount below the new one now */
		expect_chain("/old/tmp", mode, place("/old/tmp"), place("/old"),
			     root);
	}
}

TEST_F(walk, detached_mount_is_a_top)
{
	struct seen mnt;
	__u64 mode;
	int fd;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/b/f");
	fd = syscall(SYS_open_tree, AT_FDCWD, "/t/a", 1 /* OPEN_TREE_CLONE */);
	ASSERT_LE(0, fd);
	mnt = place_at(fd, "");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_at(fd, "b/f", mode, place_at(fd, "b/f"),
				  place_at(fd, "b"), mnt, place_by("/t", mnt));
		else
			expect_at(fd, "b/f", mode, place_at(fd, "b/f"),
				  place_at(fd, "b"), mnt);
	}
}

TEST_F(walk, lazily_unmounted_mount_is_a_top)
{
	__u64 mode;
	int fd;

	world_mkdir("/t/m");
	world_tmpfs("/t/m");
	world_mkdir("/t/m/a");
	world_write("/t/m/a/f");
	fd = world_open("/t/m", O_PATH);
	ASSERT_EQ(0, umount2("/t/m", MNT_DETACH));
	for_each_mode(mode) expect_at(fd, "a/f", mode, place_at(fd, "a/f"),
				      place_at(fd, "a"), place_at(fd, ""));
}

TEST_F(walk, internal_mounts_are_tops)
{
	char path[64];
	int fds[3];
	__u64 mode;

	ASSERT_EQ(0, pipe(fds));
	fds[2] = memfd_create("m", 0);
	ASSERT_LE(0, fds[2]);
	for_each_mode(mode)
	{
		for (int i = 0; i < 3; i++) {
			snprintf(path, sizeof(path), "/proc/self/fd/%d",
				 fds[i]);
			expect_chain(path, mode, place_at(fds[i], ""));
		}
		fds[2] = world_open("/proc/self/ns/uts", O_RDONLY);
		expect_chain("/proc/self/ns/uts", mode, place_at(fds[2], ""));
	}
}

TEST_F(walk, deleted_directory_and_file)
{
	char path[64];
	__u64 mode;
	int dir, file;

	world_mkdir("/t/a");
	world_mkdir("/t/a/b");
	world_write("/t/a/f");
	dir = world_open("/t/a/b", O_PATH);
	file = world_open("/t/a/f", O_RDONLY);
	ASSERT_EQ(0, rmdir("/t/a/b"));
	ASSERT_EQ(0, unlink("/t/a/f"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	for_each_mode(mode)
	{
		expect_at(dir, ".", mode, place_at(dir, ""), place("/t/a"),
			  place("/t"), place("/"));
		expect_chain(path, mode, place_at(file, ""), place("/t/a"),
			     place("/t"), place("/"));
	}
}

TEST_F(walk, renamed_out_of_its_bind_mount)
{
	struct seen mnt;
	__u64 mode;
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_write("/t/src/d/f");
	world_mkdir("/t/other");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	mnt = place("/t/mnt");
	fd = world_open("/t/mnt/d", O_PATH);
	world_rename("/t/src/d", "/t/other/d");
	for_each_mode(mode)
	{
		if (fs_root(mode))
			expect_at(fd, "f", mode, place_at(fd, "f"),
				  place_at(fd, ""), place_by("/t/other", mnt),
				  place_by("/t", mnt), mnt, place_by("/t", mnt),
				  place("/t"), place("/"));
		else if (disconnected(mode))
			expect_at(fd, "f", mode, place_at(fd, "f"),
				  place_at(fd, ""), place_by("/t/other", mnt),
				  place_by("/t", mnt), mnt, place("/t"),
				  place("/"));
		else
			expect_cut_off(fd, "f", mode);
	}
}

/* Longer than what is gathered at once: decided by looking ahead. */
TEST_F(walk, renamed_out_of_its_bind_mount_deeply)
{
	__u64 mode;
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_mkdir("/t/other");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	fd = world_deep(world_open("/t/mnt/d", O_PATH), 3 * WINDOW);
	for_each_mode(mode) ASSERT_EQ((fs_root(mode) ? 3 : 2) + 3 * WINDOW + 2,
				      walk_at(_metadata, self, fd, ".", mode));
	world_rename("/t/src/d", "/t/other/d");
	for_each_mode(mode)
	{
		if (disconnected(mode)) {
			ASSERT_EQ((fs_root(mode) ? 1 : 0) + 3 * WINDOW + 6,
				  walk_at(_metadata, self, fd, ".", mode));
		} else {
			expect_cut_off(fd, ".", mode);
		}
	}
}

/* The mountpoint itself is cut off from the mount below. */
TEST_F(walk, mountpoint_renamed_out_of_a_bind_mount)
{
	__u64 mode;
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_mkdir("/t/src/d/m");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	world_tmpfs("/t/mnt/d/m");
	world_write("/t/mnt/d/m/f");
	fd = world_open("/t/mnt/d/m", O_PATH);
	world_rename("/t/src/d", "/t/d");
	for_each_mode(mode)
	{
		if (disconnected(mode))
			continue;
		ASSERT_EQ(-ENOENT, walk_at(_metadata, self, fd, "f", mode));
		/* the file and the root of its own mount */
		EXPECT_EQ(2, self->bss->nr_shown);
	}
}

TEST_F(walk, callback_stops)
{
	__u64 mode;
	int fd;

	fd = world_deep(world_open("/t", O_PATH), WINDOW + 8);
	for_each_mode(mode)
	{
		/* first, middle, at both sides of a window's end, last */
		const int at[] = { 1, 17, WINDOW, WINDOW + 1, WINDOW + 10 };

		for (int i = 0; i < (int)ARRAY_SIZE(at); i++) {
			self->bss->stop_after = at[i];
			EXPECT_EQ(at[i],
				  walk_at(_metadata, self, fd, ".", mode));
			EXPECT_EQ(at[i], self->bss->nr_shown);
			EXPECT_EQ(at[i], self->bss->nr_calls);
		}
	}
}

/* What comes behind the ancestor that it stops at is not looked at. */
TEST_F(walk, callback_stops_before_an_error)
{
	int fd;

	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	fd = world_open("/t/mnt/d", O_PATH);
	world_rename("/t/src/d", "/t/d");
	self->bss->stop_after = 1;
	EXPECT_EQ(1, walk_at(_metadata, self, fd, ".", 0));
	EXPECT_EQ(1, walk_at(_metadata, self, fd, ".", MAY_SLEEP));
}

TEST_F(walk, every_length_around_a_window)
{
	struct seen want[SEEN_MAX];
	int fd = world_open("/t", O_PATH);
	__u64 mode;
	int nr = 2;

	want[SEEN_MAX - 1] = place("/");
	want[SEEN_MAX - 2] = place("/t");
	while (nr < 2 * WINDOW + 4) {
		fd = world_deep(fd, 1);
		nr++;
		want[SEEN_MAX - nr] = place_at(fd, "");
		for_each_mode(mode) expect(_metadata, self, fd, ".", mode,
					   want + SEEN_MAX - nr, nr);
	}
}

TEST_F(walk, unknown_flags)
{
	EXPECT_EQ(-EINVAL, walk_at(_metadata, self, AT_FDCWD, "/t", 8));
	EXPECT_EQ(0, self->bss->nr_calls);
	EXPECT_EQ(-EINVAL,
		  walk_at(_metadata, self, AT_FDCWD, "/t", MAY_SLEEP | 8));
	EXPECT_EQ(0, self->bss->nr_calls);
	EXPECT_EQ(-EINVAL,
		  walk_at(_metadata, self, AT_FDCWD, "/t", 1ULL << 32));
	EXPECT_EQ(0, self->bss->nr_calls);
}

TEST_F(walk, depth_limit)
{
	/* besides: the root of /t, the mountpoint, which is not shown, / */
	int fd = world_deep(world_open("/t", O_PATH), MAX_DEPTH - 3);
	__u64 mode;

	for_each_mode(mode) EXPECT_EQ(MAX_DEPTH - 1,
				      walk_at(_metadata, self, fd, ".", mode));
	fd = world_deep(fd, 1);
	for_each_mode(mode)
	{
		EXPECT_EQ(-E2BIG, walk_at(_metadata, self, fd, ".", mode));
		/* but not for a callback that stops before */
		self->bss->stop_after = MAX_DEPTH - 2;
		EXPECT_EQ(MAX_DEPTH - 2,
			  walk_at(_metadata, self, fd, ".", mode));
		self->bss->stop_after = 0;
	}
}

TEST_F(walk, no_memory)
{
	int fd = world_deep(world_open("/t", O_PATH), WINDOW);

	self->bss->fail_alloc = true;
	EXPECT_EQ(-ENOMEM, walk_at(_metadata, self, fd, ".", MAY_SLEEP));
	EXPECT_EQ(0, self->bss->nr_calls);
	/* undisturbed, a walk under RCU needs none */
	EXPECT_EQ(WINDOW + 2, walk_at(_metadata, self, fd, ".", 0));
	/* nor does one that fits on the stack */
	EXPECT_EQ(2, walk_at(_metadata, self, AT_FDCWD, "/t", MAY_SLEEP));
}

/* Renames something when a walk has come to .wait_in, then lets it go on. */
static void *disturb(void *arg)
{
	struct ancestors_bpf__bss *bss = arg;

	while (!__atomic_load_n(&bss->waiting, __ATOMIC_ACQUIRE))
		;
	world_rename("/t/x", "/t/y");
	__atomic_store_n(&bss->go, 1, __ATOMIC_RELEASE);
	return NULL;
}

static long walk_disturbed(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, int fd, __u64 mode)
{
	pthread_t thread;
	long ret;

	world_write("/t/x");
	self->bss->waiting = self->bss->go = 0;
	ASSERT_EQ(0, pthread_create(&thread, NULL, disturb, self->bss));
	ret = walk_at(_metadata, self, fd, ".", mode);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	return ret;
}

TEST_F(walk, restart)
{
	int fd = world_deep(world_open("/t", O_PATH), 2 * WINDOW);

	/* within the first window, of three: the whole chain once more */
	self->bss->wait_in = 5;
	EXPECT_EQ(2 * WINDOW + 2, walk_disturbed(_metadata, self, fd, 0));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(2 * WINDOW + 2, self->bss->nr_shown);
	EXPECT_EQ(WINDOW + 1 + 2 * WINDOW + 2, self->bss->nr_calls);

	/* also in a sleepable program, with the right answer */
	EXPECT_EQ(2 * WINDOW + 2,
		  walk_disturbed(_metadata, self, fd, WALK_SLEEPABLE_RCU));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(place("/").ino, self->bss->seen[2 * WINDOW + 1].ino);

	/* in the last window nothing is left to be disturbed */
	self->bss->wait_in = 2 * WINDOW + 1;
	EXPECT_EQ(2 * WINDOW + 2, walk_disturbed(_metadata, self, fd, 0));
	EXPECT_EQ(0, self->bss->nr_null);

	/* a pinned chain never is */
	self->bss->wait_in = 5;
	EXPECT_EQ(2 * WINDOW + 2,
		  walk_disturbed(_metadata, self, fd, MAY_SLEEP));
	EXPECT_EQ(0, self->bss->nr_null);

	/* nor is one that was gathered at once */
	self->bss->wait_in = 1;
	EXPECT_EQ(2,
		  walk_disturbed(_metadata, self, world_open("/t", O_PATH), 0));
	EXPECT_EQ(0, self->bss->nr_null);
}

TEST_F(walk, restart_without_memory)
{
	int fd = world_deep(world_open("/t", O_PATH), 2 * WINDOW);

	self->bss->wait_in = 5;
	self->bss->fail_alloc = true;
	EXPECT_EQ(-ENOMEM, walk_disturbed(_metadata, self, fd, 0));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(0, self->bss->nr_shown);
}

/* A callback that stops on the same ancestor after a restart */
TEST_F(walk, restart_and_stop)
{
	int fd = world_deep(world_open("/t", O_PATH), 2 * WINDOW);

	self->bss->wait_in = 5;
	self->bss->stop_after = WINDOW + 3;
	EXPECT_EQ(WINDOW + 3, walk_disturbed(_metadata, self, fd, 0));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(WINDOW + 3, self->bss->nr_shown);
}

TEST_HARNESS_MAIN
