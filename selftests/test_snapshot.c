// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk never reports a chain that never existed.
 *
 * With f in S/x/y, another thread renames S/x/y to S/y and S/x to P/x, and back,
 * again and again. f is below S all the time. A walker that looks at one
 * directory after the other can find itself in P/x, and miss S.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "snapshot.h"
#include "world.h"
#include "snapshot.skel.h"

#define WALKS 30000
#define CAUGHT 1
#define SECONDS 150

static bool stop;

static void *rename_twice(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		world_rename("/t/S/x/y", "/t/S/y");
		world_rename("/t/S/x", "/t/P/x");
		world_rename("/t/P/x", "/t/S/x");
		world_rename("/t/S/y", "/t/S/x/y");
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
};

FIXTURE_VARIANT(snapshot)
{
	int depth; /* of the file below y */
};

/* gathered at once; and in windows, where any rename disturbs */
FIXTURE_VARIANT_ADD(snapshot, shallow){
	.depth = 1,
};

FIXTURE_VARIANT_ADD(snapshot, deep){
	.depth = 40,
};

FIXTURE_SETUP(snapshot)
{
	world_setup();
	world_mkdir("/t/S");
	world_mkdir("/t/S/x");
	world_mkdir("/t/S/x/y");
	world_mkdir("/t/P");
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

TEST_F_TIMEOUT(snapshot, double_rename, SECONDS + 30)
{
	struct snapshot_bpf__bss *bss = self->skel->bss;
	double end = now() + SECONDS;
	pthread_t thread;
	int dir;

	dir = world_deep(world_open("/t/S/x/y", O_PATH), variant->depth);
	ASSERT_EQ(0, pthread_create(&thread, NULL, rename_twice, NULL));
	bss->tid = syscall(SYS_gettid);
	while ((bss->rcu.walks < WALKS || bss->control.missed < CAUGHT) &&
	       now() < end)
		close(openat(dir, ".", O_RDONLY));
	bss->tid = 0;
	stop = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));

	TH_LOG("%llu walks, %llu restarts, %llu missed; pinned %llu, %llu missed; control %llu, %llu missed",
	       bss->rcu.walks, bss->rcu.restarts, bss->rcu.missed,
	       bss->pinned.walks, bss->pinned.missed, bss->control.walks,
	       bss->control.missed);
	EXPECT_EQ(0, bss->rcu.missed);
	EXPECT_EQ(0, bss->rcu.errors);
	EXPECT_EQ(0, bss->pinned.missed);
	EXPECT_EQ(0, bss->pinned.errors);
	EXPECT_LE(WALKS, bss->rcu.walks);
	/* the same adversary catches a walker that is wrong */
	EXPECT_LE(CAUGHT, bss->control.missed);
}

TEST_HARNESS_MAIN
