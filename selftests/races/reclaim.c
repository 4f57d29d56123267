// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks are right while the dentries and inodes of the ancestors are reclaimed
 * between one open and the next, and their memory is used for others.
 *
 * A walker that remembers the ancestor of an inode by the inode's address is
 * wrong.
 */
#define _GNU_SOURCE
#include <stdlib.h>

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

#define DISKS 2
#define TREES 4
#define WALKS fewer(1000)
#define EVICTED fewer(2000)
#define CAUGHT fewer(10)

static int open_setting(const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", name);
	return world_open(path, flags);
}

static void set(int fd, const char *value)
{
	if (pwrite(fd, value, strlen(value), 0) < 0)
		err(1, "set %s", value);
}

static void *drop_caches(void *arg)
{
	int fd = open_setting("drop_caches", O_WRONLY);

	set(fd, "4"); /* 4 disables the log message */
	while (!stopped()) {
		set(fd, "2");
		set(fd, "3");
	}
	return NULL;
}

static long free_kbytes(void)
{
	FILE *meminfo = fopen("/proc/meminfo", "r");
	long kb = -1;

	if (!meminfo || fscanf(meminfo, "%*s %*d kB %*s %ld", &kb) != 1)
		errx(1, "cannot read /proc/meminfo");
	fclose(meminfo);
	return kb;
}

/*
 * Make memory short by a larger reserve, as a process that takes memory would
 * be slow. Reading a file that is larger than the memory above the reserve
 * keeps kswapd busy. vfs_cache_pressure makes it prefer dentries and inodes.
 */
static void *reserve_memory(void *arg)
{
	int reserve = open_setting("min_free_kbytes", O_WRONLY);
	int big = world_open("/t/xfs/big", O_RDWR | O_CREAT);
	static char buf[1 << 20];
	char value[32];

	set(open_setting("vfs_cache_pressure", O_WRONLY), "100000");
	if (ftruncate(big, 64 << 20))
		err(1, "a large file");
	while (!stopped()) {
		snprintf(value, sizeof(value), "%ld", free_kbytes() / 20 * 19);
		set(reserve, value);
		while (read(big, buf, sizeof(buf)) > 0 && !stopped())
			;
		lseek(big, 0, SEEK_SET);
	}
	return NULL;
}

FIXTURE(reclaim)
{
	struct race race;
	struct chain chain[DISKS * TREES];
	char path[DISKS * TREES][32 + 2 * DEEP];
	char reserve[32];
};

FIXTURE_VARIANT(reclaim)
{
	void *(*adversary)(void *arg);
	const char *name;
};

FIXTURE_VARIANT_ADD(reclaim, drop_caches){
	.adversary = drop_caches,
	.name = "drop-caches",
};

FIXTURE_VARIANT_ADD(reclaim, short_of_memory){
	.adversary = reserve_memory,
	.name = "short-of-memory",
};

/* Make the file @path, and the chain that a walk from it has to show. */
static void make_deep_file(const char *top, int nr, char *path,
			   struct chain *chain)
{
	struct seen up[DEEP + 1];
	int dir;

	sprintf(path, "%s/%d", top, nr);
	world_mkdir(path);
	up[0] = place(path);
	dir = world_open(path, O_PATH);
	for (int i = 1; i <= DEEP; i++) {
		int parent = dir;

		dir = world_deep(parent, 1);
		close(parent);
		up[i] = place_at(dir, "");
		strcat(path, "/d");
	}
	close(dir);
	strcat(path, "/f");
	world_write(path);
	chain_add(chain, place(path));
	for (int i = DEEP; i >= 0; i--)
		chain_add(chain, up[i]);
	chain_add(chain, place(top));
	chain_add(chain, place("/t"));
	chain_add(chain, place("/"));
}

FIXTURE_SETUP(reclaim)
{
	static const char *const types[] = { "ext4", "xfs" };
	char top[16];
	int nr = 0;

	world_setup();
	for (int i = 0; i < DISKS; i++) {
		snprintf(top, sizeof(top), "/t/%s", types[i]);
		world_disk(types[i], top);
		for (int j = 0; j < TREES; j++, nr++)
			make_deep_file(top, j, self->path[nr],
				       &self->chain[nr]);
	}
	ASSERT_LT(0, read(open_setting("min_free_kbytes", O_RDONLY),
			  self->reserve, sizeof(self->reserve) - 1));
	race_begin(&self->race, variant->name);
	/* the top of the tree, whose name differs in each tree */
	self->race.bss->level = DEEP + 1;
}

FIXTURE_TEARDOWN(reclaim)
{
	set(open_setting("min_free_kbytes", O_WRONLY), self->reserve);
	set(open_setting("vfs_cache_pressure", O_WRONLY), "100");
	reclaim_bpf__destroy(self->race.skel);
}

TEST_F_TIMEOUT(reclaim, ancestors, RACE_TIMEOUT(1))
{
	struct race *race = &self->race;
	pthread_t thread;
	bool opened = true;
	int fd;

	ASSERT_EQ(0, pthread_create(&thread, NULL, variant->adversary, NULL));
	while ((race->walks < WALKS || race->bss->evicted < EVICTED ||
		race->remembered_wrong < CAUGHT) &&
	       now() < race->end) {
		int i = random() % (DISKS * TREES);

		opened = walk_from(race, -1, self->path[i], &fd);
		if (!opened)
			break;
		judge(race, &self->chain[i]);
		close(fd);
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	race_figure(race, "evicted", race->bss->evicted);
	EXPECT_EQ(0, race->wrong[WALK_RCU]);
	EXPECT_EQ(0, race->wrong[WALK_PINNED]);
	EXPECT_TRUE(opened);
	EXPECT_LE(WALKS, race->walks);
	EXPECT_LE(EVICTED, race->bss->evicted);
	EXPECT_LE(CAUGHT, race->remembered_wrong);
}

TEST_HARNESS_MAIN
