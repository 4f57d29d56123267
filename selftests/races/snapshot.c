// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk never reports a chain that never existed.
 *
 * With y in S/x/..., another thread renames y away to S/y, and then S/x to P/x,
 * and back, again and again. No chain leads from y through x to P at any time.
 * A walker that looks at one directory after the other can find one. Another
 * adversary removes a directory that it has just moved y out of, and makes it
 * anew. Walks start at y, which is moved itself, and at y/f, which is not.
 *
 * Two walkers that are known to be wrong have to be caught in the same run: an
 * unlocked chase of d_parent, and a walk with a reference at each step, here by
 * openat(fd, "..").
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "race.h"
#include "disk.h"
#include "levels.h"
#include "snapshot.h"
#include "world.h"
#include "snapshot.skel.h"

/*
 * The walks of each kind that have to report a chain. The three adversaries
 * that rename two directories add up to more than 300,000 in all. There are
 * fewer across the mount, where most walks find that y is cut off, and where
 * directories are removed.
 */
#define WALKS fewer(64000)
/* moves are slow there, and few walks find a chain */
#define MOUNT_WALKS fewer(fewer(25000))
#define REMOVE_WALKS fewer(25600)
#define SLOW_WALKS fewer(800)
#define MOUNT_SLOW_WALKS fewer(fewer(200))
#define CAUGHT 1

/*
 * Walks of each kind at an open. A kernel without preemption schedules nothing
 * else meanwhile, so an open must not take seconds: there are fewer walks that
 * wait at each ancestor.
 */
#define BATCH 64
#define PATIENT_BATCH 4

/* After a pass without locks, the kernel tries as many with them. */
#define LOCKED_PASSES 8

/* The directories of the adversary: the home of y, S/x, S and P */
static int home, middle, s_dir, p_dir;
static unsigned int rename_flags;
static int rest;
static struct snapshot_bpf__bss *bss;

static void moved(void)
{
	__atomic_fetch_add(&bss->moves, 1, __ATOMIC_SEQ_CST);
}

static void move(int from, int to, const char *name)
{
	if (renameat2(from, name, to, name, rename_flags))
		err(1, "rename %s", name);
	moved();
}

/* Spin to let a walk begin, so that not all begin amid the moves. */
static void spend(int loops)
{
	for (volatile int i = 0; i < loops; i++)
		;
}

static void await_moves(unsigned int nr)
{
	__u64 until = __atomic_load_n(&bss->moves, __ATOMIC_SEQ_CST) + nr;

	while ((__s64)(__atomic_load_n(&bss->moves, __ATOMIC_SEQ_CST) - until) <
	       0)
		;
}

static void move_two(void)
{
	move(home, s_dir, "y");
	move(s_dir, p_dir, "x");
	move(p_dir, s_dir, "x");
	move(s_dir, home, "y");
}

/* In S/x/w/y, move y, then w, then x, and move them back. */
static void move_three(void)
{
	move(home, s_dir, "y");
	move(middle, s_dir, "w");
	move(s_dir, p_dir, "x");
	move(p_dir, s_dir, "x");
	move(s_dir, middle, "w");
	move(s_dir, home, "y");
}

/*
 * Return an identity that is used once. Inode numbers are used again, but not
 * with the same generation.
 */
static __u64 identity(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	unsigned int generation = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) ||
	    (bss->by_generation && ioctl(fd, FS_IOC_GETVERSION, &generation)))
		err(1, "look at %s", name);
	close(fd);
	return snapshot_identity(st.st_ino, generation);
}

static void make_fresh(int parent, const char *name)
{
	if (mkdirat(parent, name, 0755))
		err(1, "make %s", name);
	__atomic_store_n(&bss->fresh, identity(parent, name), __ATOMIC_SEQ_CST);
}

/* Move y between S/x and S/z, and replace the one that it leaves. */
static void remove_and_make(void)
{
	static const char *names[] = { "x", "z" };
	char from[8], to[8];

	for (int i = 0; i < 2; i++) {
		snprintf(from, sizeof(from), "%s/y", names[i]);
		snprintf(to, sizeof(to), "%s/y", names[!i]);
		__atomic_store_n(&bss->fresh, 0, __ATOMIC_SEQ_CST);
		if (renameat(s_dir, from, s_dir, to))
			err(1, "rename %s", from);
		moved();
		if (unlinkat(s_dir, names[i], AT_REMOVEDIR))
			err(1, "remove %s", names[i]);
		make_fresh(s_dir, names[i]);
		moved();
	}
}

static void *work(void *arg)
{
	void (*round)(void) = arg;

	while (!stopped()) {
		round();
		spend(rest);
	}
	return NULL;
}

/*
 * Go up from @dir by "..", holding a reference to the current directory, as a
 * stepwise walker in the kernel does. The adversary makes up to @moves moves at
 * each step. Return whether the walk has come by the marked directory.
 */
static bool stepwise_finds(int dir, int moves)
{
	int fd = dup(dir), parent;
	struct stat st = {};
	bool found = false;
	__u64 last;

	if (fd < 0)
		err(1, "dup");
	do {
		last = st.st_ino;
		if (fstat(fd, &st))
			err(1, "fstat");
		parent = openat(fd, "..", O_PATH | O_CLOEXEC);
		/* a place outside of its mount has no chain: do not count it */
		found = st.st_ino == bss->marked_ino || parent < 0;
		close(fd);
		fd = parent;
		await_moves(random() % (moves + 1));
	} while (!found && st.st_ino != last);
	if (fd >= 0)
		close(fd);
	return found;
}

struct adversary {
	const char *name;
	void (*round)(void);
	int between; /* directories between y and x */
	int rest; /* loops between two rounds */
	__u64 delay;
	bool mount; /* y is in D, which is bound below x */
	/* exchange y and x with other directories of these names */
	bool exchange;
	bool ext4; /* use ext4 instead of tmpfs */
	bool caught_by_reference;
};

/*
 * Make the home of y, and return an O_PATH descriptor of it, opened by the way
 * that the walks take.
 */
static int make_home(const struct adversary *a)
{
	int way;

	middle = world_open("S/x", O_PATH);
	if (a->round == move_three)
		world_mkdir("S/x/w");
	home = a->round == move_three ? world_open("S/x/w", O_PATH) :
					world_deep(middle, a->between);
	way = home;
	if (a->mount) {
		world_mkdir("D");
		home = world_open("D", O_PATH);
		world_mkdir("S/x/b");
		world_bind("D", "S/x/b");
		way = world_open("S/x/b", O_PATH);
	}
	return way;
}

/*
 * Make the world. Store O_PATH descriptors of y and y/f in @start, opened by
 * the way that the walks take.
 */
static void make_world(const struct adversary *a, int *start)
{
	int way;

	world_setup();
	if (a->ext4)
		world_disk("ext4", "/t/disk");
	if (chdir(a->ext4 ? "/t/disk" : "/t"))
		err(1, "chdir");
	world_mkdir("S");
	world_mkdir("S/x");
	world_mkdir("P");
	s_dir = world_open("S", O_PATH);
	p_dir = world_open("P", O_PATH);
	way = make_home(a);
	if (mkdirat(way, "y", 0755) || mkdirat(way, "y/f", 0755))
		err(1, "mkdir y/f");
	start[0] = openat(way, "y", O_PATH | O_CLOEXEC);
	start[1] = openat(way, "y/f", O_PATH | O_CLOEXEC);
	if (start[0] < 0 || start[1] < 0)
		err(1, "open y/f");
	if (a->exchange) {
		rename_flags = RENAME_EXCHANGE;
		world_mkdir("S/y");
		world_mkdir("P/x");
	}
	if (a->round == remove_and_make) {
		world_mkdir("S/z");
		/* an open directory would keep its inode */
		close(middle);
		close(home);
	}
}

/*
 * Return the number of moves that mislead a stepwise walk before it goes on: y,
 * or the directory it is in, is moved, and then x.
 */
static int moves_that_mislead(const struct adversary *a)
{
	return a->round == move_three ? 3 : 2;
}

static struct snapshot_bpf *attach(const struct adversary *a)
{
	struct snapshot_bpf *skel = snapshot_bpf__open_and_load();

	if (!skel || snapshot_bpf__attach(skel))
		errx(1, "cannot attach the walkers");
	bss = skel->bss;
	bss->marked_ino = place_at(AT_FDCWD, "S").ino;
	bss->by_generation = a->ext4;
	bss->batch = BATCH;
	bss->delay = a->delay;
	bss->moves_of_chase = moves_that_mislead(a);
	rest = a->rest;
	return skel;
}

FIXTURE(snapshot)
{
	struct snapshot_bpf *skel;
	int start[2];
};

FIXTURE_VARIANT(snapshot)
{
	struct adversary a;
};

FIXTURE_VARIANT_ADD(snapshot, two_levels){
	.a = {
		.name = "two-levels",
		.round = move_two,
		.rest = 5000,
		.delay = 1500,
		.caught_by_reference = true,
	},
};

FIXTURE_VARIANT_ADD(snapshot, three_levels){
	.a = {
		.name = "three-levels",
		.round = move_three,
		.rest = 2000,
		.delay = 2000,
		.caught_by_reference = true,
	},
};

/* y and x are gathered at different times, in two windows. */
FIXTURE_VARIANT_ADD(snapshot, windows){
	.a = {
		.name = "windows",
		.round = move_two,
		.between = MORE_THAN_A_WINDOW,
		.rest = 5000,
		.delay = 200,
		.caught_by_reference = true,
	},
};

FIXTURE_VARIANT_ADD(snapshot, exchange){
	.a = {
		.name = "exchange",
		.round = move_two,
		.between = MORE_THAN_A_WINDOW,
		.rest = 5000,
		.delay = 200,
		.exchange = true,
		.caught_by_reference = true,
	},
};

/* y and x are gathered at once, with the crossing of a mount between them. */
FIXTURE_VARIANT_ADD(snapshot, mount){
	.a = {
		.name = "mount",
		.round = move_two,
		.rest = 10000,
		.delay = 1000,
		.mount = true,
		.caught_by_reference = true,
	},
};

/*
 * This adversary cannot mislead a walk with references, which holds on to the
 * directories that it has seen.
 */
static const struct adversary remover = {
	.name = "rmdir-mkdir",
	.round = remove_and_make,
	.rest = 5000,
	.delay = 3000,
};

FIXTURE_VARIANT_ADD(snapshot, remove){
	.a = remover,
};

/* tmpfs drops the dentry of a removed directory, ext4 uses it again. */
FIXTURE_VARIANT_ADD(snapshot, remove_ext4){
	.a = {
		.name = "rmdir-mkdir-ext4",
		.round = remove_and_make,
		.rest = 5000,
		.delay = 3000,
		.ext4 = true,
	},
};

FIXTURE_SETUP(snapshot)
{
	make_world(&variant->a, self->start);
	self->skel = attach(&variant->a);
}

FIXTURE_TEARDOWN(snapshot)
{
	snapshot_bpf__destroy(self->skel);
}

static __u64 walks_wanted(const struct adversary *a)
{
	if (a->round == remove_and_make)
		return REMOVE_WALKS;
	return a->mount ? MOUNT_WALKS : WALKS;
}

static __u64 slow_walks_wanted(const struct adversary *a)
{
	return a->mount ? MOUNT_SLOW_WALKS : SLOW_WALKS;
}

static void expect_sound(struct __test_metadata *_metadata,
			 const struct tally *t, const struct adversary *a,
			 const char *kind)
{
	printf("# figure: snapshot/%s/%s walks=%llu slow=%llu restarts=%llu ours=%llu\n",
	       a->name, kind, t->walks, t->slow, t->restarts, t->impossible);
	EXPECT_LE(walks_wanted(a), t->walks);
	EXPECT_LE(slow_walks_wanted(a), t->slow);
	EXPECT_EQ(0, t->impossible);
	EXPECT_EQ(0, t->errors);
	if (a->round != remove_and_make) {
		EXPECT_EQ(0, t->stale);
	}
	if (t->cut_off || t->stale)
		TH_LOG("%s: %llu cut off, %llu stale", kind, t->cut_off,
		       t->stale);
}

static bool enough(const struct adversary *a, __u64 caught)
{
	if (bss->rcu.impossible || bss->pinned.impossible)
		return true; /* a wrong chain ends the race */
	return bss->rcu.walks >= walks_wanted(a) &&
	       bss->pinned.walks >= walks_wanted(a) &&
	       bss->rcu.slow >= slow_walks_wanted(a) &&
	       bss->pinned.slow >= slow_walks_wanted(a) &&
	       bss->chase.impossible >= CAUGHT &&
	       (bss->chase.renewed >= CAUGHT || !a->ext4) &&
	       (caught >= CAUGHT || !a->caught_by_reference);
}

TEST_F_TIMEOUT(snapshot, race, RACE_TIMEOUT(1))
{
	const struct adversary *a = &variant->a;
	__u64 refwalks = 0, caught = 0;
	double end = race_end();
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, work, a->round));
	bss->tid = syscall(SYS_gettid);
	while (!enough(a, caught) && now() < end) {
		int start = self->start[refwalks++ % 2];

		close(openat(start, ".", O_RDONLY | O_CLOEXEC));
		caught += !stepwise_finds(start, moves_that_mislead(a));
	}
	bss->tid = 0;
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));

	expect_sound(_metadata, &bss->rcu, a, "rcu");
	expect_sound(_metadata, &bss->pinned, a, "pinned");
	if (!a->mount) {
		EXPECT_EQ(0, bss->rcu.cut_off);
		EXPECT_EQ(0, bss->pinned.cut_off);
	}
	/* the same adversary catches walkers that are wrong */
	printf("# figure: snapshot/%s/chase walks=%llu chase=%llu renewed=%llu\n",
	       a->name, bss->chase.walks, bss->chase.impossible,
	       bss->chase.renewed);
	EXPECT_LE(CAUGHT, bss->chase.impossible);
	if (a->ext4) {
		EXPECT_LE(CAUGHT, bss->chase.renewed);
	}
	if (a->caught_by_reference) {
		printf("# figure: snapshot/%s/reference walks=%llu refwalk=%llu\n",
		       a->name, refwalks, caught);
		EXPECT_LE(CAUGHT, caught);
	}
}

FIXTURE(removed)
{
	struct snapshot_bpf *skel;
	int start[2];
};

FIXTURE_SETUP(removed)
{
	make_world(&remover, self->start);
	self->skel = attach(&remover);
}

FIXTURE_TEARDOWN(removed)
{
	snapshot_bpf__destroy(self->skel);
}

/* The parent of y is gone each time it is shown: an error ends the walk. */
TEST_F(removed, again_and_again)
{
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, work, remove_and_make));
	bss->batch = PATIENT_BATCH;
	bss->patience = ANY_CHANGE;
	do { /* repeat if the adversary was kept from its work */
		memset(&bss->rcu, 0, sizeof(bss->rcu));
		memset(&bss->pinned, 0, sizeof(bss->pinned));
		bss->gave_up = 0;
		bss->tid = syscall(SYS_gettid);
		close(openat(self->start[0], ".", O_RDONLY | O_CLOEXEC));
		bss->tid = 0;
	} while (bss->gave_up);
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));

	EXPECT_EQ(0, bss->rcu.walks);
	EXPECT_EQ(PATIENT_BATCH, bss->rcu.stale);
	/* the first pass may have been disturbed before it showed anything */
	EXPECT_LE(PATIENT_BATCH * LOCKED_PASSES, bss->rcu.restarts);
	EXPECT_GE(PATIENT_BATCH * (1 + LOCKED_PASSES), bss->rcu.restarts);
	/* a referenced directory keeps its inode */
	EXPECT_EQ(PATIENT_BATCH, bss->pinned.walks);
	EXPECT_EQ(0, bss->pinned.restarts);
	EXPECT_EQ(0, bss->pinned.stale);
	EXPECT_EQ(0, bss->pinned.impossible);
}

TEST_HARNESS_MAIN
