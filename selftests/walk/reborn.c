// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check a walk from which an ancestor is taken away while the callback waits: f
 * leaves a directory, which is removed, and its name and its inode are used
 * again for a new one. xfs puts the new inode where the old one was, without a
 * grace period.
 */
#define _GNU_SOURCE
#include <err.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "ancestors_fixture.h"
#include "disk.h"
#include "disturb.h"

#define ATTEMPTS 1000
#define PLACES_MAX 256
#define FILLERS 200

static int fs; /* the root of the filesystem, with the directories a and b */
static const char *holder, *other; /* a and b; f is in the holder */
static bool referenced; /* the walk references what it shows */

/* All directories that f has been in */
static struct directory {
	__u64 ino;
	__u32 generation;
} places[PLACES_MAX];
static int nr_places;

static __u64 number(const char *name)
{
	return place_at(fs, name).ino;
}

static void note_place(void)
{
	int fd = openat(fs, holder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct directory *place = &places[nr_places++];

	if (nr_places == PLACES_MAX)
		errx(1, "too many places");
	if (fd < 0 || ioctl(fd, FS_IOC_GETVERSION, &place->generation))
		err(1, "generation of %s", holder);
	place->ino = number(holder);
	close(fd);
}

/* Return whether f has been in that directory. */
static bool was_in(__u64 ino, __u32 generation)
{
	for (int i = 0; i < nr_places; i++)
		if (places[i].ino == ino && places[i].generation == generation)
			return true;
	return false;
}

static void move_to(const char *to)
{
	char path[2][8];

	snprintf(path[0], sizeof(path[0]), "%s/f", holder);
	snprintf(path[1], sizeof(path[1]), "%s/f", to);
	if (renameat(fs, path[0], fs, path[1]))
		err(1, "rename %s to %s", path[0], path[1]);
}

/* Move f to the other directory, and make the one that it has left anew. */
static void replace_holder(struct disturber *d)
{
	const char *left = holder;
	__u64 old = number(left);

	move_to(other);
	holder = other;
	other = left;
	note_place();
	if (unlinkat(fs, left, AT_REMOVEDIR))
		err(1, "rmdir %s", left);
	/* The inode is free a moment later, when xfs has inactivated it. */
	for (int i = 0; i < ATTEMPTS; i++) {
		if (mkdirat(fs, left, 0755))
			err(1, "mkdir %s", left);
		if (referenced || number(left) == old)
			return;
		if (unlinkat(fs, left, AT_REMOVEDIR))
			err(1, "rmdir %s", left);
		usleep(1000);
	}
	errx(1, "%s: the inode is not used again", left);
}

static void rename_holder(struct disturber *d)
{
	const char *next = holder[1] ? "a" : "aa";

	if (renameat(fs, holder, fs, next))
		err(1, "rename %s to %s", holder, next);
	holder = next;
}

/*
 * xfs takes the free inode that is nearest to the parent's. Leave none but those
 * that the test frees, and some that are further away.
 */
static void fill_chunks(void)
{
	char name[32];

	for (int i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof(name), "/t/fs/filler%d", i);
		world_mkdir(name);
	}
}

static int make_world(void)
{
	int fd;

	world_disk("xfs", "/t/fs");
	world_mkdir("/t/fs/a");
	world_mkdir("/t/fs/b");
	world_mkdir("/t/fs/a/f");
	fill_chunks();
	holder = "a";
	other = "b";
	fs = world_open("/t/fs", O_RDONLY | O_DIRECTORY);
	nr_places = 0;
	note_place();
	fd = world_open("/t/fs/a/f", O_RDONLY | O_DIRECTORY);
	return fd;
}

/*
 * Walk from f and act as often as the walk waits. Return how often that was.
 * Check that the walk shows a directory that f was in, and not another in its
 * place, and the directories above.
 */
static int check_walk(struct __test_metadata *const _metadata,
		      FIXTURE_DATA(walk) * self, int fd, __u64 mode,
		      void (*act)(struct disturber *))
{
	struct disturber disturber = {
		.waiting = &self->bss->waiting,
		.go = &self->bss->go,
		.act = act,
	};

	referenced = may_sleep(mode);
	disturb_begin(&disturber);
	EXPECT_EQ(5, ancestors_walk(self->bss, fd, ".", mode));
	disturb_end(&disturber);
	EXPECT_EQ(5, self->bss->nr_shown);
	EXPECT_TRUE(was_in(self->bss->seen[1].ino, self->bss->generations[1]));
	EXPECT_EQ(place("/t/fs").ino, self->bss->seen[2].ino);
	EXPECT_EQ(place("/").ino, self->bss->seen[4].ino);
	return disturb_times(&disturber);
}

/* In the first pass, and in the pass under the locks that follows it */
TEST_F_TIMEOUT(walk, directory_replaced, 120)
{
	int fd = make_world();
	__u64 mode;

	self->bss->wait_in = 1;
	for (int again = 0; again <= 2; again++) {
		self->bss->wait_again = again;
		for_each_mode(mode)
			EXPECT_LE(1, check_walk(_metadata, self, fd, mode,
						replace_holder));
		EXPECT_EQ(1 + again,
			  check_walk(_metadata, self, fd, 0, replace_holder));
		EXPECT_EQ(1 + again, self->bss->nr_null);
	}
}

/* A directory that is only renamed is not taken for another one again and again. */
TEST_F(walk, directory_renamed)
{
	int fd = make_world();
	__u64 mode;

	self->bss->wait_in = 1;
	self->bss->wait_again = 100;
	for_each_mode(mode)
	{
		check_walk(_metadata, self, fd, mode, rename_holder);
		EXPECT_GE(1, self->bss->nr_null);
	}
}

TEST_HARNESS_MAIN
