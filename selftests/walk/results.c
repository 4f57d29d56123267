// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check bpf_vfs_walk_ancestors() with callbacks that stop, with chains of many
 * lengths, and with walks that are disturbed.
 */
#define _GNU_SOURCE
#include "ancestors_fixture.h"
#include "disturb.h"

TEST_F(walk, callback_stops)
{
	__u64 mode;
	int fd;

	fd = world_deep(world_open("/t", O_PATH), MORE_THAN_A_WINDOW);
	for_each_mode(mode)
	{
		/* first, middle, at both sides of a window's end, last */
		const int at[] = { 1, 17, WINDOW, WINDOW + 1, WINDOW + 10 };

		for (int i = 0; i < (int)ARRAY_SIZE(at); i++) {
			self->bss->stop_after = at[i];
			EXPECT_EQ(at[i],
				  ancestors_walk(self->bss, fd, ".", mode));
			EXPECT_EQ(at[i], self->bss->nr_shown);
			EXPECT_EQ(at[i], self->bss->nr_calls);
		}
	}
}

/* An error behind the ancestor at which the callback stops does not count. */
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
	EXPECT_EQ(1, ancestors_walk(self->bss, fd, ".", 0));
	EXPECT_EQ(1, ancestors_walk(self->bss, fd, ".", MAY_SLEEP));
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
		for_each_mode(mode)
			expect(fd, ".", mode, want + SEEN_MAX - nr, nr);
	}
}

/* Walk, and rename a file when the callback has come to ancestor .wait_in. */
static long walk_disturbed(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, int fd, __u64 mode)
{
	struct disturber disturber = {
		.waiting = &self->bss->waiting,
		.go = &self->bss->go,
		.from = "/t/x",
		.to = "/t/y",
	};
	long ret;

	world_write("/t/x");
	disturb_begin(&disturber);
	ret = ancestors_walk(self->bss, fd, ".", mode);
	disturb_end(&disturber);
	ASSERT_EQ(1, disturb_times(&disturber));
	return ret;
}

TEST_F(walk, restart)
{
	int fd = world_deep(world_open("/t", O_PATH), 2 * WINDOW);

	/* in the first of three windows: the whole chain is shown once more */
	self->bss->wait_in = 5;
	EXPECT_EQ(2 * WINDOW + 2, walk_disturbed(_metadata, self, fd, 0));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(2 * WINDOW + 2, self->bss->nr_shown);
	EXPECT_EQ(WINDOW + 1 + 2 * WINDOW + 2, self->bss->nr_calls);

	/* it is also shown once more in a sleepable program */
	EXPECT_EQ(2 * WINDOW + 2,
		  walk_disturbed(_metadata, self, fd, WALK_SLEEPABLE_RCU));
	EXPECT_EQ(1, self->bss->nr_null);
	EXPECT_EQ(place("/").ino, self->bss->seen[2 * WINDOW + 1].ino);

	/* in the last window nothing is left to be disturbed */
	self->bss->wait_in = 2 * WINDOW + 1;
	EXPECT_EQ(2 * WINDOW + 2, walk_disturbed(_metadata, self, fd, 0));
	EXPECT_EQ(0, self->bss->nr_null);

	/* a pinned chain is never disturbed */
	self->bss->wait_in = 5;
	EXPECT_EQ(2 * WINDOW + 2,
		  walk_disturbed(_metadata, self, fd, MAY_SLEEP));
	EXPECT_EQ(0, self->bss->nr_null);

	/* a chain that was gathered at once is not disturbed either */
	self->bss->wait_in = 1;
	EXPECT_EQ(2,
		  walk_disturbed(_metadata, self, world_open("/t", O_PATH), 0));
	EXPECT_EQ(0, self->bss->nr_null);
}

/* The callback stops at the same ancestor after a restart. */
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
