// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check bpf_vfs_walk_ancestors() without memory and with unknown flags: it
 * returns an error or shows the whole chain, whichever allocation fails. See
 * also depth_limit.c.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>

#include "failures_fixture.h"
#include "disturb.h"
#include "flags.skel.h"

const char figures_row[] = "failures";

/*
 * The numbers of ancestors shown. Each chain has one level more, a mountpoint.
 * The first chain fits on the stack, the others need an array, and two windows or
 * more to get to the mountpoint.
 */
static const int lengths[] = { WINDOW - 1, WINDOW + 2, 300, 3000 };
#define SHORT 0
#define LONG (ARRAY_SIZE(lengths) - 1)
#define LONGEST 3000

/* The chain from /t/a/d/d/... up to /, and its directories at these lengths */
static struct seen chain[LONGEST];
static int at[ARRAY_SIZE(lengths)];

/* A walk, its disturbance, and the chain that it must show if it succeeds */
struct trial {
	const char *what;
	bool may_sleep;
	__u64 wait_in; /* disturb it in the callback for this ancestor */
	__u64 wait_at; /* disturb it where it crosses this mount */
	const char *from, *to; /* disturb it by this rename */
	int to_dir;

	__u64 mode;
	int fd;
	const struct seen *want;
	int nr;
	int locked; /* passes under the locks, if no allocation fails */
};

static struct inject_bpf *inject;
static struct disturber disturber;
static unsigned long inodes;

static void build_chain(void)
{
	int fd, upper, i = 0;

	inodes = world_inodes();
	world_mkdir("/t/a");
	world_mkdir("/t/x");
	world_mkdir("/t/low");
	chain[LONGEST - 1] = place("/");
	chain[LONGEST - 2] = place("/t");
	chain[LONGEST - 3] = place("/t/a");
	fd = world_open("/t/a", O_PATH);
	for (int nr = 4; nr <= LONGEST; nr++) {
		upper = world_deep(fd, 1);
		close(fd);
		fd = upper;
		chain[LONGEST - nr] = place_at(fd, "");
		if (nr == lengths[i])
			at[i++] = dup(fd);
	}
	close(fd);
}

static void remove_chain(struct __test_metadata *const _metadata)
{
	int held = world_open("/t/a", O_PATH);

	for (int i = 0; i < LONG; i++)
		close(at[i]);
	world_remove_deep(at[LONG], LONGEST - 3);
	ASSERT_EQ(0, rmdir("/t/a"));
	ASSERT_EQ(0, rmdir("/t/x"));
	ASSERT_EQ(0, rmdir("/t/low"));
	EXPECT_TRUE(nothing_left(inject->bss, inodes, held));
}

/* Return true if the walk was disturbed, or if it should not be. */
static bool walk_disturbed(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, const struct trial *t)
{
	if (t->wait_in)
		disturb_program(&disturber, &self->bss->waiting,
				&self->bss->go);
	else
		disturb_program(&disturber, &inject->bss->waiting,
				&inject->bss->go);
	disturber.from = t->from;
	disturber.to = t->to;
	disturber.to_dir = t->to_dir;
	ancestors_walk(self->bss, t->fd, ".", t->mode);
	if (!disturb_times(&disturber))
		return !t->from;
	ASSERT_EQ(0, renameat(t->to_dir, t->to, 0, t->from));
	return true;
}

static void check_answer(struct __test_metadata *const _metadata,
			 const struct ancestors_bpf__bss *bss,
			 const struct trial *t, __u64 mask)
{
	figures->cases++;
	if (bss->ret == -ENOMEM) {
		/*
		 * Only a walk that references all levels cannot do without an
		 * array. Nothing was shown.
		 */
		EXPECT_TRUE(may_sleep(t->mode));
		EXPECT_EQ(0, bss->nr_shown);
		EXPECT_LT(0, inject->bss->nr_failed);
		compared(1);
		return;
	}
	EXPECT_EQ(t->nr, bss->ret);
	EXPECT_EQ(t->nr, bss->nr_shown);
	EXPECT_EQ(0, memcmp(t->want, bss->seen, t->nr * sizeof(*t->want)))
	{
		TH_LOG("%s, mode %llx, %d levels, %llx fails", t->what, t->mode,
		       t->nr, mask);
	}
	compared(1 + t->nr);
}

/* Make one walk. Return the number of allocations that have failed. */
static int attempt(struct __test_metadata *const _metadata,
		   FIXTURE_DATA(walk) * self, const struct trial *t, __u64 mask)
{
	struct seen start = place_at(t->fd, "");
	bool disturbed;

	self->bss->wait_in = t->wait_in;
	inject->bss->wait_at = t->wait_at;
	inject->bss->fail_mask = mask;
	inject->bss->dev = start.dev;
	inject->bss->ino = start.ino;
	disturbed = walk_disturbed(_metadata, self, t);
	inject->bss->ino = 0;
	check_answer(_metadata, self->bss, t, mask);
	if (!inject->bss->nr_failed) {
		EXPECT_EQ(t->nr, self->bss->ret);
		EXPECT_TRUE(disturbed);
		EXPECT_EQ(t->locked, inject->bss->nr_locked)
		{
			TH_LOG("%s, mode %llx, %d levels, %llx fails", t->what,
			       t->mode, t->nr, mask);
		}
	}
	return inject->bss->nr_failed;
}

/*
 * Let each allocation fail: alone, with all later ones, and with each single
 * later one. Stop when a walk ends before the allocation that should fail.
 */
static void fail_each(struct __test_metadata *const _metadata,
		      FIXTURE_DATA(walk) * self, const struct trial *t)
{
	int denied = 0, i, j;

	for (i = 1; i < INJECT_MAX; i++) {
		if (!attempt(_metadata, self, t, INJECT_ONE(i)))
			break;
		attempt(_metadata, self, t, INJECT_FROM(i));
		denied += self->bss->ret == -ENOMEM;
		for (j = i + 1; j < INJECT_MAX; j++) {
			if (attempt(_metadata, self, t,
				    INJECT_ONE(i) | INJECT_ONE(j)) < 2)
				break;
		}
	}
	EXPECT_LE(2, i); /* the allocation of the array has failed once */
	EXPECT_EQ(may_sleep(t->mode), denied > 0)
	{
		TH_LOG("%s, mode %llx, %d levels: %d walks have failed",
		       t->what, t->mode, t->nr, denied);
	}
}

static const struct trial kinds[] = {
	{ "restart", .wait_in = 5, .from = "/t/x", "/t/y", .locked = 1 },
	{ "gathering", .wait_at = 1, .from = "/t/x", "/t/y", .locked = 1 },
	{ "pinned", .may_sleep = true },
	/* it comes to the mount and to the top to count the levels first */
	{ "pinned, gathering", true, .wait_at = 3, .from = "/t/a", "/t/b",
	  .locked = 1 },
};

/* Only MAY_SLEEP affects memory. One length is enough for the other flags. */
static bool worth_it(__u64 mode, int length)
{
	return length == SHORT + 1 || mode == 0 || mode == MAY_SLEEP ||
	       mode == WALK_SLEEPABLE_RCU;
}

/* A walk that is disturbed or pinned needs memory for all of its levels. */
static void fail_in_chains(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, __u64 mode)
{
	for (int k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct trial t = kinds[k];

		if (t.may_sleep != may_sleep(mode))
			continue;
		t.mode = mode;
		for (int i = SHORT + 1; i <= LONG; i++) {
			if (!worth_it(mode, i))
				continue;
			t.fd = at[i];
			t.nr = lengths[i];
			t.want = chain + LONGEST - t.nr;
			fail_each(_metadata, self, &t);
		}
	}
}

/* The chain is short at first, and long when the walk holds the locks. */
static void fail_where_it_grows(struct __test_metadata *const _metadata,
				FIXTURE_DATA(walk) * self, __u64 mode)
{
	static struct seen want[LONGEST + 1];
	struct trial t = {
		.what = "growing",
		.wait_at = 1,
		.from = "/t/low",
		.to = "low",
		.locked = 2, /* the first of them finds that it lacks room */
		.mode = mode,
		.fd = world_open("/t/low", O_PATH),
		.want = want,
	};

	want[0] = place("/t/low");
	for (int i = SHORT + 1; i <= LONG; i++) {
		if (!worth_it(mode, i))
			continue;
		t.nr = 1 + lengths[i];
		t.to_dir = at[i];
		memcpy(want + 1, chain + LONGEST - lengths[i],
		       lengths[i] * sizeof(*want));
		fail_each(_metadata, self, &t);
	}
	close(t.fd);
}

/* A walk needs no memory if it is undisturbed or fits on the stack. */
static void need_no_memory(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(walk) * self, __u64 mode)
{
	struct trial t = {
		.what = "in need of nothing",
		.mode = mode,
		.fd = at[SHORT],
		.want = chain + LONGEST - lengths[SHORT],
		.nr = lengths[SHORT],
	};

	EXPECT_EQ(0, attempt(_metadata, self, &t, INJECT_FROM(1)));
	t.wait_at = 1;
	t.from = "/t/a";
	t.to = "/t/b";
	t.locked = 1;
	EXPECT_EQ(0, attempt(_metadata, self, &t, INJECT_FROM(1)));
	if (may_sleep(mode))
		return;
	t.wait_at = 0;
	t.from = NULL;
	t.locked = 0;
	t.fd = at[LONG];
	t.want = chain;
	t.nr = LONGEST;
	EXPECT_EQ(0, attempt(_metadata, self, &t, INJECT_FROM(1)));
}

/* A rename there and back */
static void rename_twice(struct disturber *d)
{
	if (renameat(0, d->from, 0, d->to) || renameat(0, d->to, 0, d->from))
		err(1, "rename %s to %s", d->from, d->to);
}

/* Without memory, and disturbed in each pass, a walk gives up. */
static void give_up(struct __test_metadata *const _metadata,
		    FIXTURE_DATA(walk) * self)
{
	struct seen start = place_at(at[LONG], "");

	disturb_program(&disturber, &self->bss->waiting, &self->bss->go);
	disturber.from = "/t/x";
	disturber.to = "/t/y";
	disturber.act = rename_twice;
	self->bss->wait_in = 5;
	self->bss->wait_again = 100;
	inject->bss->fail_mask = INJECT_FROM(1);
	inject->bss->dev = start.dev;
	inject->bss->ino = start.ino;
	EXPECT_EQ(-ENOMEM, ancestors_walk(self->bss, at[LONG], ".", 0));
	inject->bss->ino = 0;
	EXPECT_EQ(9, disturb_times(&disturber));
	EXPECT_EQ(9, self->bss->nr_null);
	EXPECT_EQ(0, inject->bss->nr_locked);
	compared(4);
	disturber.act = NULL;
	self->bss->wait_again = 0;
}

TEST_F_TIMEOUT(walk, no_memory, 120)
{
	__u64 mode;

	inject = inject_attach();
	build_chain();
	disturber.waiting = &inject->bss->waiting;
	disturber.go = &inject->bss->go;
	disturb_begin(&disturber);
	give_up(_metadata, self);
	for_each_mode(mode)
	{
		need_no_memory(_metadata, self, mode);
		fail_in_chains(_metadata, self, mode);
		fail_where_it_grows(_metadata, self, mode);
	}
	disturb_end(&disturber);
	remove_chain(_metadata);
	inject_bpf__destroy(inject);
}

/* Each unknown bit is refused, alone and together with known flags. */
TEST(unknown_flags)
{
	struct flags_bpf *skel = flags_bpf__open_and_load();

	ASSERT_NE(NULL, skel);
	ASSERT_EQ(0, flags_bpf__attach(skel));
	for (int bit = 0; bit < 64; bit++) {
		if (bit == 1 || bit == 2)
			continue;
		skel->bss->bit = bit;
		skel->bss->tid = syscall(SYS_gettid);
		close(open("/", O_RDONLY));
		skel->bss->tid = 0;
		for (int i = 0; i < ARRAY_SIZE(skel->bss->ret); i++) {
			EXPECT_EQ(-EINVAL, skel->bss->ret[i])
			{
				TH_LOG("bit %d, program %d", bit, i);
			}
		}
		figures->cases += ARRAY_SIZE(skel->bss->ret);
		compared(ARRAY_SIZE(skel->bss->ret));
	}
	EXPECT_EQ(62 * ARRAY_SIZE(skel->bss->ret), skel->bss->nr_walks);
	EXPECT_EQ(0, skel->bss->nr_calls);
	compared(1);
	flags_bpf__destroy(skel);
}

TEST_HARNESS_MAIN
