// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk never reports a chain that never existed.
 *
 * With f in S/x/.../y, another thread renames y away to S/y, and then S/x to P/x,
 * and back, again and again. No chain leads from f through x to P at any time.
 * A walker that looks at one directory after the other can find one.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "snapshot.h"
#include "world.h"
#include "snapshot.skel.h"

#define WALKS 10000
#define CAUGHT 1
#define SECONDS 150

static bool stop;

/* Directories: the one of y, S and P */
static int home, s_dir, p_dir;
static unsigned int rename_flags;

static void move(int from, int to, const char *name)
{
	if (renameat2(from, name, to, name, rename_flags))
		err(1, "rename %s", name);
}

static void *rename_twice(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		move(home, s_dir, "y");
		move(s_dir, p_dir, "x");
		move(p_dir, s_dir, "x");
		move(s_dir, home, "y");
		/* let a walk begin while it is at home */
		for (volatile int i = 0; i < 5000; i++)
			;
	}
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

FIXTURE(snapshot)
{
	struct snapshot_bpf *skel;
	int dir; /* y, by the way that is walked */
};

FIXTURE_VARIANT(snapshot)
{
	int between; /* directories between y and x */
	bool mount; /* or a mount: y is in D, which is bound below x */
	bool exchange; /* with other directories of these names */
};

/* y and x are gathered at different times, in two windows */
FIXTURE_VARIANT_ADD(snapshot, windows){
	.between = 40,
};

FIXTURE_VARIANT_ADD(snapshot, exchange){
	.between = 40,
	.exchange = true,
};

/* they are gathered at once, with the crossing of a mount between them */
FIXTURE_VARIANT_ADD(snapshot, mount){
	.mount = true,
};

FIXTURE_SETUP(snapshot)
{
	world_setup();
	world_mkdir("/t/S");
	world_mkdir("/t/S/x");
	world_mkdir("/t/P");
	s_dir = world_open("/t/S", O_PATH);
	p_dir = world_open("/t/P", O_PATH);
	home = world_deep(world_open("/t/S/x", O_PATH), variant->between);
	self->dir = home;
	if (variant->mount) {
		world_mkdir("/t/D");
		home = world_open("/t/D", O_PATH);
		world_mkdir("/t/S/x/b");
		world_bind("/t/D", "/t/S/x/b");
		self->dir = world_open("/t/S/x/b", O_PATH);
	}
	if (variant->exchange) {
		rename_flags = RENAME_EXCHANGE;
		world_mkdir("/t/S/y");
		world_mkdir("/t/P/x");
	}
	ASSERT_EQ(0, mkdirat(self->dir, "y", 0755));
	self->dir = openat(self->dir, "y", O_PATH);
	ASSERT_LE(0, self->dir);

	self->skel = snapshot_bpf__open_and_load();
	ASSERT_NE(NULL, self->skel);
	ASSERT_EQ(0, snapshot_bpf__attach(self->skel));
	self->skel->bss->marked_ino = place("/t/S").ino;
	self->skel->bss->delay = 200;
}

FIXTURE_TEARDOWN(snapshot)
{
	snapshot_bpf__destroy(self->skel);
}

#define log_tally(name, t)                                                            \
	TH_LOG("%s: %llu walks, %llu restarts, %llu impossible chains, %llu cut off", \
	       name, (t)->walks, (t)->restarts, (t)->missed, (t)->cut_off)

TEST_F_TIMEOUT(snapshot, double_rename, SECONDS + 30)
{
	struct snapshot_bpf__bss *bss = self->skel->bss;
	double end = now() + SECONDS;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, rename_twice, NULL));
	bss->tid = syscall(SYS_gettid);
	while ((bss->rcu.walks < WALKS || bss->control.missed < CAUGHT) &&
	       now() < end)
		close(openat(self->dir, ".", O_RDONLY));
	bss->tid = 0;
	stop = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));

	log_tally("walk", &bss->rcu);
	log_tally("pinned walk", &bss->pinned);
	log_tally("control", &bss->control);
	TH_LOG("%llu slow passes", bss->slow_passes);
	EXPECT_EQ(0, bss->rcu.missed);
	EXPECT_EQ(0, bss->rcu.errors);
	EXPECT_EQ(0, bss->pinned.missed);
	EXPECT_EQ(0, bss->pinned.errors);
	EXPECT_LE(WALKS, bss->rcu.walks);
	EXPECT_LE(1, bss->slow_passes);
	if (!variant->mount) {
		EXPECT_EQ(0, bss->rcu.cut_off);
		EXPECT_EQ(0, bss->pinned.cut_off);
	}
	/* the same adversary catches a walker that is wrong */
	EXPECT_LE(CAUGHT, bss->control.missed);
}

TEST_HARNESS_MAIN
