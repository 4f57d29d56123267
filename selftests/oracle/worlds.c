// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compare bpf_vfs_walk_ancestors() with an oracle. In worlds made at random,
 * each walk has to report the chain that the model of the world tells, and the
 * model has to agree with openat(fd, "..") and statmount(). oracle/oracle.h
 * lists the files.
 *
 * The worlds have the same seeds in each run: a new world often reveals a
 * mistake of the model, which is no reason to refuse a change. A world that
 * fails is shrunk and printed, with its seed. To repeat it:
 *
 *   selftests/vm/run.sh -- 'cd /selftests && ORACLE_SEED=0x1234 oracle/worlds'
 *
 * ORACLE_SEED	the seed of the first world, or "random"; each further world
 *		has the next number
 * ORACLE_WORLDS	the number of worlds; 1 if there is a seed. Only a run
 *		of the usual number on a plain kernel, or more, fails
 *		for a feature that no world had.
 */
#define _GNU_SOURCE
#include <sys/random.h>

#include "ancestors_fixture.h"
#include "oracle.h"

#define WORLDS 48
#define FIXED_SEED 0x70617468ULL
#define ENOUGH_COMPARISONS 20000

/*
 * Return the usual number of worlds. It is smaller on kernels that take ten
 * times as long, as all worlds run the same code.
 */
static int usual_worlds(void)
{
	return time_factor() > 1 ? WORLDS / 4 : WORLDS;
}

/* A bind mount, a directory held below it, a rename, and some more */
#define SHRUNK_OPS 12

static enum how how_of(__u64 mode)
{
	return fs_root(mode)	  ? HOW_FS_ROOT :
	       disconnected(mode) ? HOW_DISCONNECTED :
				    HOW_PLAIN;
}

static struct oracle make_oracle(struct ancestors_bpf__bss *bss)
{
	struct oracle oracle = {
		.bss = bss,
		.modes = all_modes,
		.nr_modes = ARRAY_SIZE(all_modes),
		.how = how_of,
	};

	oracle.report = mmap(NULL, sizeof(*oracle.report),
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);
	return oracle;
}

static const char *const verdicts[] = {
	[DIED] = "a world could not be made",
	[WRONG_WALK] = "a walk and the model differ",
	[WRONG_DOTDOT] = "\"..\" and the model differ",
	[WRONG_MOUNTS] = "statmount() and the model differ",
};

/* Print the smallest world that fails. Return the number of its operations. */
static int explain(const struct oracle *oracle, __u64 seed)
{
	const int all = oracle->report->nr_ops;
	struct op op[MAX_OPS];
	int nr;

	printf("# %s: ORACLE_SEED=0x%llx\n", verdicts[oracle->report->verdict],
	       seed);
	oracle_shrink(oracle, op, &nr);
	printf("# %d of its %d operations do; m1 is /, m2 is /t:\n", nr, all);
	oracle_world(oracle, seed, op, nr, true);
	fflush(stdout);
	return nr;
}

static __u64 number(const char *name, __u64 otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static void print_figures(const struct report *report, int worlds)
{
	printf("# figure: oracle cases=%d comparisons=%llu places=%llu dotdots=%llu\n",
	       worlds, report->comparisons, report->places, report->dotdots);
	printf("# \"..\" alone confirms %llu chains\n# operations:",
	       report->confirmed);
	for (int i = 0; i < NR_OPS; i++)
		printf(" %s=%llu", say_name(i), report->done[i]);
	printf("\n# places:");
	for (int i = 0; cover_name(i); i++)
		printf(" %s=%llu", cover_name(i), report->feature[i]);
	printf("\n");
	fflush(stdout);
}

TEST_F_TIMEOUT(walk, oracle, 3600)
{
	struct oracle oracle = make_oracle(self->bss);
	const char *given = getenv("ORACLE_SEED");
	__u64 seed = number("ORACLE_SEED", FIXED_SEED);
	int worlds = number("ORACLE_WORLDS", given ? 1 : usual_worlds());

	if (given && !strcmp(given, "random"))
		ASSERT_EQ(sizeof(seed), getrandom(&seed, sizeof(seed), 0));
	printf("# seeds from 0x%llx on\n", seed);
	fflush(stdout);
	for (int i = 0; i < worlds; i++) {
		ASSERT_EQ(AGREED, oracle_world(&oracle, seed, NULL, 0, false))
		{
			explain(&oracle, seed);
		}
		seed++;
	}
	print_figures(oracle.report, worlds);
	if (worlds < WORLDS)
		return;
	EXPECT_LE(ENOUGH_COMPARISONS, oracle.report->comparisons);
	EXPECT_LT(0, oracle.report->confirmed);
	for (int i = 0; cover_name(i); i++) {
		EXPECT_LE(1, oracle.report->feature[i])
		{
			TH_LOG("no place: %s", cover_name(i));
		}
	}
	for (int i = 0; i < NR_OPS; i++) {
		EXPECT_LE(1, oracle.report->done[i])
		{
			TH_LOG("never done: %s", say_name(i));
		}
	}
}

static enum verdict run_until_wrong(const struct oracle *oracle, __u64 *seed)
{
	enum verdict verdict = AGREED;

	for (int i = 0; i < WORLDS && verdict == AGREED; i++) {
		*seed = FIXED_SEED + i;
		verdict = oracle_world(oracle, *seed, NULL, 0, false);
	}
	return verdict;
}

/* Test the test: some world reveals each mistake. */
TEST_F_TIMEOUT(walk, oracle_notices, 280)
{
	struct oracle oracle = make_oracle(self->bss);
	__u64 seed;

	for (int i = NO_MISTAKE + 1; i < NR_MISTAKES; i++) {
		oracle.mistake = i;
		EXPECT_EQ(WRONG_WALK, run_until_wrong(&oracle, &seed))
		{
			TH_LOG("mistake %d", i);
		}
	}
}

/* Shrinking isolates the operations that make the difference. */
TEST_F_TIMEOUT(walk, oracle_shrinks, 280)
{
	struct oracle oracle = make_oracle(self->bss);
	__u64 seed;

	oracle.mistake = DISCONNECTED_SHOWS_ALL;
	ASSERT_EQ(WRONG_WALK, run_until_wrong(&oracle, &seed));
	EXPECT_GE(SHRUNK_OPS, explain(&oracle, seed));
}

TEST_HARNESS_MAIN
