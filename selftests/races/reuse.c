// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks are right while files and directories are deleted and made again, and
 * their inodes are used for others, on xfs at once, without a grace period.
 *
 * Two walkers are wrong: one that remembers the ancestor of an inode by the
 * inode's number, and one that looks at each directory when it has come to it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "disk.h"
#include "kselftest_harness.h"
#include "race.h"
#include "reclaim_race.h"
#include "world.h"

#define WALKS fewer(1000)
#define SLOW_WALKS fewer(200) /* walks that wait on their way */
#define CAUGHT fewer(3)

FIXTURE(reuse)
{
	struct race race;
	struct chain above;
};

FIXTURE_VARIANT(reuse)
{
	const char *name;
	int depth; /* depth of left and right below /t/fs */
	void (*race)(struct __test_metadata *const, FIXTURE_DATA(reuse) *);
};

FIXTURE_SETUP(reuse)
{
	world_setup();
	world_disk("xfs", "/t/fs");
	make_sides(variant->depth, &self->above);
	race_begin(&self->race, variant->name);
	self->race.bss->by_number = true;
}

FIXTURE_TEARDOWN(reuse)
{
	reclaim_bpf__destroy(self->race.skel);
}

/* Make q/p/f in left, move it to right, and delete it there. */
static void *come_and_go(void *arg)
{
	for (unsigned int i = 0; !stopped(); i++) {
		/* let the parent get the number that the child had */
		if (i & 1) {
			must(mkdirat(left, "q", 0755), "mkdir q");
			must(mkdirat(left, "q/p", 0755), "mkdir p");
		} else {
			must(mkdirat(left, "p", 0755), "mkdir p");
			must(mkdirat(left, "q", 0755), "mkdir q");
			must(renameat(left, "p", left, "q/p"), "rename p");
		}
		for (int j = 0; j < 4; j++) {
			make_file(left, "q/p/f");
			must(unlinkat(left, "q/p/f", 0), "unlink f");
		}
		make_file(left, "q/p/f");
		must(renameat(left, "q", right, "q"), "rename q");
		must(unlinkat(right, "q/p/f", 0), "unlink f");
		must(unlinkat(right, "q/p", AT_REMOVEDIR), "rmdir p");
		must(unlinkat(right, "q", AT_REMOVEDIR), "rmdir q");
	}
	return NULL;
}

/*
 * Pin q and p and walk from f. Once p has been found in q, it never leaves q,
 * and f never leaves p, wherever q is moved and whichever of them is deleted.
 */
static void walk_once(FIXTURE_DATA(reuse) * self, int from)
{
	int fd[3] = { -1, -1, -1 }; /* f, p, q */
	struct chain chain;

	fd[2] = openat(from, "q", O_PATH | O_CLOEXEC);
	if (fd[2] >= 0)
		fd[1] = openat(fd[2], "p", O_PATH | O_CLOEXEC);
	if (fd[1] >= 0 && walk_from(&self->race, fd[1], "f", &fd[0])) {
		make_chain(&chain, fd, 3, &self->above);
		judge(&self->race, &chain);
	}
	for (int i = 0; i < 3; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

static void race_inodes(struct __test_metadata *const _metadata,
			FIXTURE_DATA(reuse) * self)
{
	struct race *race = &self->race;
	pthread_t thread;

	race->bss->level = 1; /* the level of p */
	ASSERT_EQ(0, pthread_create(&thread, NULL, come_and_go, NULL));
	while ((race->walks < WALKS || race->remembered_wrong < CAUGHT ||
		!race->bss->recycled) &&
	       now() < race->end) {
		walk_once(self, left);
		walk_once(self, right);
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LE(WALKS, race->walks);
	EXPECT_LE(CAUGHT, race->remembered_wrong);
}

/* Move p from one q to another, and remove the q that it has left. */
static void *move_and_replace(void *arg)
{
	int from = left, to = right;

	while (!stopped()) {
		int next = from;

		must(mkdirat(to, "q", 0755), "mkdir q");
		must(renameat(from, "q/p", to, "q/p"), "rename p");
		must(unlinkat(from, "q", AT_REMOVEDIR), "rmdir q");
		from = to;
		to = next;
	}
	return NULL;
}

/*
 * A directory that contains p has an inode. By the time that a walker looks at
 * the directory, p may have left it, and it may be gone.
 */
static void race_parents(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(reuse) * self)
{
	struct race *race = &self->race;
	struct chain chain;
	pthread_t thread;
	int pinned[2], fd;

	ASSERT_EQ(0, mkdirat(left, "q", 0755));
	ASSERT_EQ(0, mkdirat(left, "q/p", 0755));
	pinned[0] = openat(left, "q/p", O_PATH | O_CLOEXEC);
	pinned[1] = openat(left, "q", O_PATH | O_CLOEXEC);
	make_chain(&chain, pinned, 2, &self->above);
	close(pinned[1]);
	chain.any_at = 1;
	race->bss->delay_at = 1;
	race->bss->delay = 5000;
	race->may_give_up = true;
	ASSERT_EQ(0, pthread_create(&thread, NULL, move_and_replace, NULL));
	while ((race->walks < SLOW_WALKS || race->wrong[CHASE] < CAUGHT ||
		!race->bss->recycled) &&
	       now() < race->end) {
		ASSERT_EQ(true, walk_from(race, pinned[0], ".", &fd));
		judge(race, &chain);
		close(fd);
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LE(SLOW_WALKS, race->walks);
	EXPECT_LE(CAUGHT, race->wrong[CHASE]);
}

FIXTURE_VARIANT_ADD(reuse, inodes){
	.name = "reuse",
	.race = race_inodes,
};

FIXTURE_VARIANT_ADD(reuse, inodes_deep){
	.name = "reuse-deep",
	.race = race_inodes,
	.depth = DEEP,
};

FIXTURE_VARIANT_ADD(reuse, parents){
	.name = "reuse-parents",
	.race = race_parents,
};

TEST_F_TIMEOUT(reuse, ancestors, RACE_TIMEOUT(1))
{
	struct race *race = &self->race;

	variant->race(_metadata, self);
	race_figure(race, "recycled", race->bss->recycled);
	EXPECT_EQ(0, race->wrong[WALK_RCU]);
	EXPECT_EQ(0, race->wrong[WALK_PINNED]);
	EXPECT_LE(1, race->bss->recycled);
}

TEST_HARNESS_MAIN
