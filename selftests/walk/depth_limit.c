// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check the limit of 16384 levels of bpf_vfs_walk_ancestors(). Walk chains at
 * the limit and one level beyond it, in each combination of flags, through
 * mounts, and where a rename has taken the path out of its mount.
 */
#define _GNU_SOURCE
#include <err.h>

#include "failures_fixture.h"
#include "disturb.h"

const char figures_row[] = "depth-limit";

#define MOUNTS 40 /* nested, at /t/m, /t/m/m, ... */
#define DEEPEST (MAX_DEPTH - 3) /* below /t/src/d */
#define FAR_DEEPER 40000

/*
 * A way up from /t/src/d, the top of the deep chain: the number of ancestors
 * that are shown, d included, and the number of their levels, mountpoints
 * included.
 */
struct way {
	const char *what;
	const char *from; /* the path to d; NULL: through the nested mounts */
	bool out_of_mount;
	int shown, levels;
	int fs_root_shown, fs_root_levels; /* with VFS_WALK_FS_ROOT */
};

static const struct way ways[] = {
	/* d src t, mountpoint, / */
	{ "one mount", "/t/src/d", false, 4, 5, 4, 5 },
	/*
	 * d src, mountpoint, t, mountpoint, /; or d src t, mountpoint, t, ...
	 */
	{ "bind mount", "/t/mnt/d", false, 4, 6, 5, 7 },
	/* d src, (mountpoint, m) for each, mountpoint, t, mountpoint, / */
	{ "mounts", NULL, false, 4 + MOUNTS, 6 + 2 * MOUNTS, 5 + MOUNTS,
	  7 + 2 * MOUNTS },
	/*
	 * d other t src, mountpoint, t, mountpoint, /; or d other t src t, ...
	 */
	{ "disconnected", "/t/mnt/d", true, 6, 8, 7, 9 },
};

static struct inject_bpf *inject;
static char inmost[sizeof("/t/m/d") + 2 * MOUNTS];

static void build_mounts(void)
{
	char path[sizeof(inmost)] = "/t/m";

	world_mkdir(path);
	/* two more mounts there: a stack of mounts is one step of a walk */
	world_tmpfs(path);
	world_tmpfs(path);
	for (int i = 0; i < MOUNTS; i++) {
		world_tmpfs(path);
		strcat(path, "/m");
		world_mkdir(path);
	}
	world_bind("/t/src", path);
	strcat(strcpy(inmost, path), "/d");
}

/* Unmount all of them and check that none is in use. */
static void remove_mounts(struct __test_metadata *const _metadata)
{
	do {
		*strrchr(inmost, '/') = '\0';
		EXPECT_EQ(0, umount(inmost))
		{
			TH_LOG("umount %s: %m", inmost);
		}
		compared(1);
	} while (strcmp(inmost, "/t/m"));
	EXPECT_EQ(0, umount("/t/m"));
	EXPECT_EQ(0, umount("/t/m"));
	EXPECT_EQ(0, umount("/t/mnt"));
	compared(3);
}

/* Return the directory @depth below @dirfd. A path has at most 2047 levels. */
static int go_down(int dirfd, int depth)
{
	int fd = dup(dirfd), lower, part;
	char path[2 * 2047 + 1];

	for (; depth; depth -= part) {
		part = depth < 2047 ? depth : 2047;
		for (int i = 0; i < part; i++)
			memcpy(path + 2 * i, "d/", 3);
		lower = openat(fd, path, O_PATH | O_CLOEXEC);
		close(fd);
		if (lower < 0)
			err(1, "%d levels above the end", depth);
		fd = lower;
	}
	return fd;
}

static long walk_and_count(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, int fd, __u64 mode)
{
	struct seen start = place_at(fd, "");

	inject->bss->dev = start.dev;
	inject->bss->ino = start.ino;
	figures->cases++;
	compared(2);
	return ancestors_walk(self->bss, fd, ".", mode);
}

/*
 * @fds are two directories. The chain from the first has 16384 levels, the
 * chain from the second has one more.
 */
static void check_limit(struct __test_metadata *const _metadata,
			FIXTURE_DATA(walk) * self, const struct way *way,
			__u64 mode, const int *fds)
{
	int shown = fs_root(mode) ? way->fs_root_shown : way->shown;
	int levels = fs_root(mode) ? way->fs_root_levels : way->levels;

	shown += MAX_DEPTH - levels;
	EXPECT_EQ(shown, walk_and_count(_metadata, self, fds[0], mode))
	{
		TH_LOG("%s, mode %llx", way->what, mode);
	}
	EXPECT_EQ(shown, self->bss->nr_shown);
	EXPECT_EQ(-E2BIG, walk_and_count(_metadata, self, fds[1], mode))
	{
		TH_LOG("%s, mode %llx", way->what, mode);
	}
	/* it shows all ancestors but the last one, the root */
	EXPECT_EQ(shown, self->bss->nr_shown);
	if (way != ways)
		return;
	/* a callback that stops there does not see the error */
	self->bss->stop_after = shown;
	EXPECT_EQ(shown, walk_and_count(_metadata, self, fds[1], mode));
	EXPECT_EQ(shown, self->bss->nr_shown);
	self->bss->stop_after = 0;
}

/* Check that only the start is shown, both at the limit and beyond it. */
static void check_cut_off(struct __test_metadata *const _metadata,
			  FIXTURE_DATA(walk) * self, __u64 mode, const int *fds)
{
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(-ENOENT,
			  walk_and_count(_metadata, self, fds[i], mode));
		EXPECT_EQ(1, self->bss->nr_shown);
	}
}

static void check_way(struct __test_metadata *const _metadata,
		      FIXTURE_DATA(walk) * self, const struct way *way)
{
	int fd = world_open(way->from ?: inmost, O_PATH);
	int fds[3];
	__u64 mode;

	if (way->out_of_mount)
		world_rename("/t/src/d", "/t/other/d");
	fds[0] = go_down(fd, MAX_DEPTH - way->fs_root_levels);
	fds[1] = go_down(fds[0], 1);
	fds[2] = go_down(fds[1], 1);
	for_each_mode(mode)
	{
		if (way->out_of_mount && !disconnected(mode))
			check_cut_off(_metadata, self, mode, fds);
		else if (fs_root(mode))
			check_limit(_metadata, self, way, mode, fds);
		else
			check_limit(_metadata, self, way, mode,
				    fds + way->fs_root_levels - way->levels);
	}
	if (way->out_of_mount)
		world_rename("/t/other/d", "/t/src/d");
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	close(fd);
}

/* Check that a chain that is too long fails after a restart, too. */
static void check_disturbed(struct __test_metadata *const _metadata,
			    FIXTURE_DATA(walk) * self, int deepest)
{
	struct disturber disturber = {
		.waiting = &self->bss->waiting,
		.go = &self->bss->go,
		.from = "/t/x",
		.to = "/t/y",
	};

	world_mkdir("/t/x");
	self->bss->wait_in = 5;
	disturb_begin(&disturber);
	EXPECT_EQ(-E2BIG, walk_and_count(_metadata, self, deepest, 0));
	disturb_end(&disturber);
	EXPECT_EQ(1, disturb_times(&disturber));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(1, inject->bss->nr_locked);
	self->bss->wait_in = 0;
	ASSERT_EQ(0, rmdir("/t/y"));
}

static void move_twice(struct disturber *d)
{
	world_rename("/t/x", "/t/y");
	world_rename("/t/y", "/t/x");
}

TEST_F_TIMEOUT(walk, depth_limit, 120)
{
	unsigned long inodes = world_inodes();
	int top, deepest, held;

	inject = inject_attach();
	world_mkdir("/t/src");
	world_mkdir("/t/src/d");
	world_mkdir("/t/other");
	world_mkdir("/t/mnt");
	world_bind("/t/src", "/t/mnt");
	build_mounts();
	top = world_open("/t/src/d", O_PATH);
	deepest = world_deep(top, DEEPEST);
	close(top);
	for (int i = 0; i < ARRAY_SIZE(ways); i++)
		check_way(_metadata, self, &ways[i]);
	check_disturbed(_metadata, self, deepest);

	held = world_open("/t/other", O_PATH);
	remove_mounts(_metadata);
	world_remove_deep(deepest, DEEPEST);
	ASSERT_EQ(0, rmdir("/t/src/d"));
	ASSERT_EQ(0, rmdir("/t/src"));
	ASSERT_EQ(0, rmdir("/t/other"));
	ASSERT_EQ(0, rmdir("/t/mnt"));
	ASSERT_EQ(0, rmdir("/t/m"));
	EXPECT_TRUE(nothing_left(inject->bss, inodes, held));
	inject_bpf__destroy(inject);
}

/*
 * A chain of more than twice the limit ends at the same place in each mode,
 * disturbed or not. If the root of the mount could be anywhere, the callback is
 * shown the start only: the next directory may be outside of the mount.
 */
TEST_F_TIMEOUT(walk, limit_is_the_same_in_all_modes, 120)
{
	struct disturber disturber = {
		.waiting = &self->bss->waiting,
		.go = &self->bss->go,
		.act = move_twice,
	};
	const int stops[] = { 5, WINDOW + 8, 0 };
	int deepest;
	__u64 mode;

	inject = inject_attach();
	world_mkdir("/t/x");
	deepest = world_deep(world_open("/t", O_PATH), FAR_DEEPER);
	disturb_begin(&disturber);
	for (int i = 0; i < 2 * ARRAY_SIZE(stops); i++) {
		self->bss->stop_after = stops[i / 2];
		self->bss->wait_in = i & 1;
		for_each_mode(mode)
		{
			int shown = stops[i / 2] ?: MAX_DEPTH;

			if (!disconnected(mode))
				shown = 1;
			EXPECT_EQ(
				shown < MAX_DEPTH && shown > 1 ? shown : -E2BIG,
				walk_and_count(_metadata, self, deepest, mode))
			{
				TH_LOG("mode %llx, stop at %d", mode,
				       stops[i / 2]);
			}
			EXPECT_EQ(shown, self->bss->nr_shown);
		}
		EXPECT_EQ(i & 1, !!disturb_times(&disturber));
	}
	disturb_end(&disturber);
	world_remove_deep(deepest, FAR_DEEPER);
	inject_bpf__destroy(inject);
}

TEST_HARNESS_MAIN
