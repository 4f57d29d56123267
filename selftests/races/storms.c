// SPDX-License-Identifier: GPL-2.0-only
/*
 * In storms of renames and mounts, the work of a walk is bounded, and changes
 * elsewhere cost nothing.
 *
 * On the chain itself, a walk takes one pass that may be disturbed, then one
 * under locks, which cannot. The control is a walk that tries again until it is
 * left alone: it would need as many passes as there are disturbed walks in a
 * row.
 *
 * Elsewhere, a walk takes no pass under locks and does not restart. As the
 * control, any rename disturbs chains longer than one window.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "levels.h"
#include "race.h"
#include "storms.h"
#include "storms_world.h"
#include "world.h"
#include "storms.skel.h"

#define WALKS fewer(1024) /* walks of each kind and length */
#define SLOW_WALKS fewer(50)
#define FREED_SECONDS 60 /* a leak stays longer */
#define ARRAY_KIB (SMALLEST_ARRAY * 24 / 1024)

/* The most passes under locks, and if a directory on the chain is removed */
#define LOCKED_PASSES 1
#define LOCKED_PASSES_REMOVED 8

static const int levels[LENGTHS] = { 12, WINDOW, 60, 90 };

static struct storms_bpf__bss *bss;

FIXTURE(storm)
{
	struct storms_bpf *skel;
	int dir[LENGTHS]; /* the start of the walks */
};

FIXTURE_VARIANT(storm)
{
	const char *name;
	void (*rounds[3])(void); /* each in a thread of its own */
	int stretch; /* levels by which the chain is longer at times */
	bool removed; /* a directory on the chain is removed */
	bool elsewhere; /* no directory on the chain is touched */
};

FIXTURE_VARIANT_ADD(storm, ping_pong){
	.name = "ping-pong",
	.rounds = { ping_pong },
};

FIXTURE_VARIANT_ADD(storm, exchange){
	.name = "exchange",
	.rounds = { exchange },
};

FIXTURE_VARIANT_ADD(storm, longer_and_shorter){
	.name = "longer-and-shorter",
	.rounds = { stretch },
	.stretch = STRETCH,
};

FIXTURE_VARIANT_ADD(storm, mounts){
	.name = "mounts",
	.rounds = { move_mounts, cover },
};

FIXTURE_VARIANT_ADD(storm, all){
	.name = "all-at-once",
	.rounds = { stretch, rename_lower, cover },
	.stretch = STRETCH,
};

FIXTURE_VARIANT_ADD(storm, removed){
	.name = "removed",
	.rounds = { remove_dirs },
	.removed = true,
};

FIXTURE_VARIANT_ADD(storm, same_filesystem){
	.name = "same-filesystem",
	.rounds = { rename_in_e },
	.elsewhere = true,
};

FIXTURE_VARIANT_ADD(storm, other_filesystem){
	.name = "other-filesystem",
	.rounds = { rename_in_f },
	.elsewhere = true,
};

FIXTURE_SETUP(storm)
{
	world_setup();
	storm_build();
	self->dir[0] = storm_deep(M_PATH "/x", levels[0] - ABOVE);
	for (int i = 1; i < LENGTHS; i++)
		self->dir[i] =
			world_deep(self->dir[i - 1], levels[i] - levels[i - 1]);
	self->skel = storms_bpf__open_and_load();
	ASSERT_NE(NULL, self->skel);
	ASSERT_EQ(0, storms_bpf__attach(self->skel));
	bss = self->skel->bss;
	storm_moves = &bss->moves;
}

FIXTURE_TEARDOWN(storm)
{
	storms_bpf__destroy(self->skel);
}

static void *work(void *arg)
{
	void (*round)(void) = arg;

	while (!stopped())
		round();
	return NULL;
}

static void walk_from(int length, int dir, int stretch)
{
	int fd;

	bss->length = length;
	bss->shown_min = levels[length] - MOUNTPOINTS;
	bss->shown_max = bss->shown_min + stretch;
	bss->tid = syscall(SYS_gettid);
	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bss->tid = 0;
	if (fd < 0)
		err(1, "open .");
	close(fd);
}

static int locked_passes(const FIXTURE_VARIANT(storm) * storm)
{
	return storm->removed ? LOCKED_PASSES_REMOVED : LOCKED_PASSES;
}

/*
 * Return whether the storm disturbs these walks. Renames elsewhere do not
 * matter if all levels are gathered and checked at once. If the levels are
 * shown window by window, any rename matters.
 */
static bool disturbed(const FIXTURE_VARIANT(storm) * storm, int length,
		      enum kind kind)
{
	return storm &&
	       (!storm->elsewhere || (kind == RCU && levels[length] > WINDOW));
}

/* The control: a walk that only retries needs more passes than any walk has. */
static bool more_if_tried_again(const struct tally *t)
{
	return t->in_a_row_max + 1 > t->passes_max;
}

/* Return whether there were enough walks, and the control was caught. */
static bool enough(const FIXTURE_VARIANT(storm) * storm)
{
	for (int i = 0; i < LENGTHS; i++) {
		for (int kind = 0; kind < KINDS; kind++) {
			const struct tally *t = &bss->tally[i][kind];

			if (t->walks < WALKS)
				return false;
			if (disturbed(storm, i, kind) &&
			    (t->slow < SLOW_WALKS || !more_if_tried_again(t)))
				return false;
		}
	}
	return true;
}

/* Walk until there is enough. @storm is NULL before the storm begins. */
static void walk(const int *dir, const FIXTURE_VARIANT(storm) * storm)
{
	double end = race_end();

	memset(bss->tally, 0, sizeof(bss->tally));
	while (!enough(storm) && now() < end) {
		for (int i = 0; i < LENGTHS; i++)
			walk_from(i, dir[i], storm ? storm->stretch : 0);
	}
}

static void walk_in_storm(const int *dir, const FIXTURE_VARIANT(storm) * storm)
{
	pthread_t thread[3];
	int nr = 0;

	for (; nr < 3 && storm->rounds[nr]; nr++) {
		if (pthread_create(&thread[nr], NULL, work, storm->rounds[nr]))
			errx(1, "no thread");
	}
	walk(dir, storm);
	stop_race();
	while (nr--)
		pthread_join(thread[nr], NULL);
}

/* Expect the bounds that docs/design.md states under "Bounded work". */
static void expect_bounded(struct __test_metadata *const _metadata,
			   const struct tally *t, enum kind kind, int nr,
			   int locked)
{
	int windows = (nr + WINDOW - 1) / WINDOW;
	/* A pass finds that it lacks room; levels are counted in windows. */
	int growth = nr > WINDOW;

	EXPECT_LE(WALKS, t->walks);
	EXPECT_LE(t->passes_max, 1 + growth + locked);
	EXPECT_LE(t->gathers_max, windows + growth * (1 + windows) + locked);
	EXPECT_LE(t->calls_max, (1 + locked) * nr);
	EXPECT_LE(t->restarts, kind == RCU ? t->slow * locked : 0);
	EXPECT_EQ(0, t->wrong);
	EXPECT_EQ(0, t->errors);
	if (locked == LOCKED_PASSES)
		EXPECT_EQ(0, t->stale);
}

static void expect_disturbed(struct __test_metadata *const _metadata,
			     const struct tally *t)
{
	EXPECT_LE(SLOW_WALKS, t->slow);
	EXPECT_TRUE(more_if_tried_again(t));
}

static void expect_spared(struct __test_metadata *const _metadata,
			  const struct tally *t)
{
	EXPECT_LT(t->slow * 100, t->walks);
	EXPECT_LT(t->restarts * 100, t->walks);
}

static void add(struct tally *sum, const struct tally *t)
{
#define KEEP_MAX(field)            \
	if (sum->field < t->field) \
	sum->field = t->field
	sum->walks += t->walks;
	sum->restarts += t->restarts;
	sum->slow += t->slow;
	KEEP_MAX(passes_max);
	KEEP_MAX(calls_max);
	KEEP_MAX(in_a_row_max);
}

static void report(const char *name, const char *which, const struct tally *t)
{
	if (!t->walks)
		return;
	printf("# figure: storms/%s%s walks=%llu restarts=%llu slow=%llu passes_max=%llu calls_max=%llu retry=%llu\n",
	       name, which, t->walks, t->restarts, t->slow, t->passes_max,
	       t->calls_max, t->in_a_row_max + 1);
}

static void expect_all(struct __test_metadata *const _metadata,
		       const FIXTURE_VARIANT(storm) * variant, bool storm)
{
	struct tally hit = {}, spared = {};
	int locked = locked_passes(variant);

	for (int i = 0; i < LENGTHS; i++) {
		for (int kind = 0; kind < KINDS; kind++) {
			const struct tally *t = &bss->tally[i][kind];

			expect_bounded(_metadata, t, kind,
				       levels[i] + variant->stretch, locked);
			if (disturbed(storm ? variant : NULL, i, kind)) {
				expect_disturbed(_metadata, t);
				add(&hit, t);
			} else {
				expect_spared(_metadata, t);
				add(&spared, t);
			}
		}
	}
	report(variant->name, "", &hit);
	report(variant->name, storm ? "-spared" : "-quiet", &spared);
}

/* Return the unreclaimable memory of the slab allocator, in KiB. */
static long memory_in_use(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[256];
	long kib = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "SUnreclaim: %ld", &kib) == 1)
			break;
	}
	if (kib < 0)
		err(1, "no SUnreclaim in /proc/meminfo");
	fclose(file);
	return kib;
}

/* Wait until less than @limit KiB are in use, as others free after a while. */
static void await_freed(long limit)
{
	double end = now() + FREED_SECONDS;

	while (memory_in_use() >= limit && now() < end)
		usleep(10000);
}

/*
 * Check for leaks: each pinned walk of more levels than fit on the stack has
 * had an array.
 */
static void expect_no_leak(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(storm) * self, long before)
{
	static const char *const mounted[] = { M_PATH, "/t/F", "/t" };
	__u64 nr = 0;

	for (int i = 0; i < LENGTHS; i++) {
		if (levels[i] > WINDOW)
			nr += bss->tally[i][PINNED].walks;
		close(self->dir[i]);
	}
	/*
	 * elsewhere, KASAN keeps freed memory for a while, and kmemleak looks
	 * for leaks
	 */
	if (time_factor() == 1) {
		await_freed(before + (long)(nr * ARRAY_KIB / 4));
		EXPECT_LT(memory_in_use() - before, (long)(nr * ARRAY_KIB / 4));
	}
	storm_close();
	for (int i = 0; i < ARRAY_SIZE(mounted); i++) {
		EXPECT_EQ(0, umount2(mounted[i], 0))
		{
			TH_LOG("umount %s: %m", mounted[i]);
		}
	}
}

TEST_F_TIMEOUT(storm, race, RACE_TIMEOUT(2))
{
	long memory = memory_in_use();

	if (variant->elsewhere) {
		walk(self->dir, NULL);
		expect_all(_metadata, variant, false);
	}
	walk_in_storm(self->dir, variant);
	expect_all(_metadata, variant, true);
	expect_no_leak(_metadata, self, memory);
}

TEST_HARNESS_MAIN
