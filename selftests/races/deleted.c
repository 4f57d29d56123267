// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks from a file and a directory that are held open are right while these
 * and their parents are deleted and moved, and others get their names.
 *
 * A walker that goes by names is wrong.
 */
#define _GNU_SOURCE
#include <libgen.h>
#include <string.h>

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
#define CAUGHT fewer(30)

/* The walker sets it to order a deletion, the adversary clears it when done. */
static int deleting;

FIXTURE(deleted)
{
	struct race race;
	struct chain above;
	__u64 by_name_wrong;
};

FIXTURE_VARIANT(deleted)
{
	const char *name, *type;
	int depth; /* depth of left and right below /t/fs */
};

FIXTURE_VARIANT_ADD(deleted, ext4){
	.name = "deleted-ext4",
	.type = "ext4",
};

FIXTURE_VARIANT_ADD(deleted, tmpfs_deep){
	.name = "deleted-tmpfs-deep",
	.depth = DEEP,
};

FIXTURE_SETUP(deleted)
{
	world_setup();
	if (variant->type) {
		world_disk(variant->type, "/t/fs");
	} else {
		world_mkdir("/t/fs");
		world_tmpfs("/t/fs");
	}
	make_sides(variant->depth, &self->above);
	race_begin(&self->race, variant->name);
	self->race.bss->level = 1;
}

FIXTURE_TEARDOWN(deleted)
{
	reclaim_bpf__destroy(self->race.skel);
}

static void make_tree(int dir)
{
	must(mkdirat(dir, "d", 0755), "mkdir d");
	must(mkdirat(dir, "d/e", 0755), "mkdir e");
	make_file(dir, "d/e/f");
}

static void delete_tree(int dir)
{
	must(unlinkat(dir, "d/e/f", 0), "unlink f");
	must(unlinkat(dir, "d/e", AT_REMOVEDIR), "rmdir e");
	must(unlinkat(dir, "d", AT_REMOVEDIR), "rmdir d");
}

static void *delete_and_replace(void *arg)
{
	for (;;) {
		while (!__atomic_load_n(&deleting, __ATOMIC_ACQUIRE))
			if (stopped())
				return NULL;
		must(unlinkat(left, "d/e/f", 0), "unlink f");
		must(unlinkat(left, "d/e", AT_REMOVEDIR), "rmdir e");
		must(renameat(left, "d", right, "d"), "rename d");
		must(unlinkat(right, "d", AT_REMOVEDIR), "rmdir d");
		make_tree(left);
		make_tree(right);
		__atomic_store_n(&deleting, 0, __ATOMIC_RELEASE);
	}
}

/* The control: return whether the parent's name leads to another inode. */
static bool wrong_by_name(const char *link, const struct seen *parent)
{
	char path[512] = {};
	struct stat st;
	char *end;

	if (readlink(link, path, sizeof(path) - 1) < 0)
		err(1, "readlink %s", link);
	end = strstr(path, " (deleted)");
	if (end)
		*end = 0;
	return !stat(dirname(path), &st) && st.st_ino != parent->ino;
}

/* Walk from f and from e until both have been deleted and replaced. */
static void hold_and_walk(FIXTURE_DATA(deleted) * self, const int *held)
{
	struct chain from_f, from_e;
	char link[32];
	bool more;
	int fd;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", held[0]);
	make_chain(&from_f, held, 3, &self->above);
	make_chain(&from_e, held + 1, 2, &self->above);
	__atomic_store_n(&deleting, 1, __ATOMIC_RELEASE);
	do {
		/* the last round begins when all is done */
		more = __atomic_load_n(&deleting, __ATOMIC_ACQUIRE);
		must(!walk_from(&self->race, -1, link, &fd), link);
		close(fd);
		judge(&self->race, &from_f);
		self->by_name_wrong += wrong_by_name(link, &from_f.want[1]);
		must(!walk_from(&self->race, held[1], ".", &fd), "open e");
		close(fd);
		judge(&self->race, &from_e);
	} while (more);
}

TEST_F_TIMEOUT(deleted, ancestors, RACE_TIMEOUT(1))
{
	struct race *race = &self->race;
	pthread_t thread;
	int held[3];

	ASSERT_EQ(0, pthread_create(&thread, NULL, delete_and_replace, NULL));
	while ((race->walks < WALKS || self->by_name_wrong < CAUGHT) &&
	       now() < race->end) {
		make_tree(left);
		held[0] = openat(left, "d/e/f", O_RDONLY | O_CLOEXEC);
		held[1] = openat(left, "d/e", O_PATH | O_CLOEXEC);
		held[2] = openat(left, "d", O_PATH | O_CLOEXEC);
		hold_and_walk(self, held);
		delete_tree(left);
		delete_tree(right);
		for (int i = 0; i < 3; i++)
			close(held[i]);
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	race_figure(race, "byname", self->by_name_wrong);
	EXPECT_EQ(0, race->wrong[WALK_RCU]);
	EXPECT_EQ(0, race->wrong[WALK_PINNED]);
	EXPECT_LE(WALKS, race->walks);
	EXPECT_LE(CAUGHT, self->by_name_wrong);
}

TEST_HARNESS_MAIN
