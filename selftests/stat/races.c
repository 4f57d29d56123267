// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call stat() without references while others write to the file, replace it,
 * exchange it with another one, and mount and unmount. Each answer must be one
 * that stat() with references could have given.
 *
 * The control is the attributes that the look without references has found
 * before it was known whether they count. At times they must be the attributes
 * of no file, but of one that is being freed or, on xfs, where an inode becomes
 * another one without a grace period, of one that is being made.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "disk.h"
#include "kinds.h"
#include "kselftest_harness.h"
#include "race.h"
#include "stat_world.h"
#include "world.h"

#define CALLS fewer(20000)
#define CAUGHT fewer(10)

static struct stat_bpf__bss *bss;
static int fs; /* /t/fs */

static void round_done(void)
{
	__atomic_fetch_add(&bss->rounds, 1, __ATOMIC_SEQ_CST);
}

/* Repeat the function in @arg until the race is over. */
static void *repeat(void *arg)
{
	void (*round)(void) = arg;

	while (!stopped()) {
		round();
		round_done();
	}
	return NULL;
}

static void make_of_kind(const char *name, int kind)
{
	int fd = openat(fs, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0);

	must(fd < 0, name);
	must(fchown(fd, KIND_UID(kind), KIND_GID(kind)), "fchown");
	must(fchmod(fd, KIND_MODE(kind)), "fchmod");
	must(ftruncate(fd, KIND_SIZE(kind)), "ftruncate");
	close(fd);
}

static bool good(const struct stat *st)
{
	return is_of_a_kind(st->st_uid, st->st_gid, st->st_mode, st->st_size);
}

FIXTURE(races)
{
	struct stat_bpf *skel;
};

FIXTURE_VARIANT(races)
{
	const char *type;
	/*
	 * ext4_setattr() sets the times to the current time, and then to the
	 * one that notify_change() has read before, which is earlier if there
	 * was a tick in between.
	 */
	bool times_go_back;
};

FIXTURE_VARIANT_ADD(races, tmpfs){ .type = "tmpfs" };
FIXTURE_VARIANT_ADD(races, ext4){ .type = "ext4", .times_go_back = true };
FIXTURE_VARIANT_ADD(races, xfs){ .type = "xfs" };

FIXTURE_SETUP(races)
{
	world_setup();
	if (strcmp(variant->type, "tmpfs"))
		world_disk(variant->type, "/t/fs");
	else
		mount_on_fs("tmpfs", NULL);
	fs = world_open("/t/fs", O_RDONLY | O_DIRECTORY);
	self->skel = stat_watch();
	bss = self->skel->bss;
}

FIXTURE_TEARDOWN(races)
{
	stat_bpf__destroy(self->skel);
}

struct result {
	unsigned long calls, wrong, absent;
	double end;
};

static bool enough(const struct result *r, unsigned long caught)
{
	return (r->calls >= CALLS && caught >= CAUGHT) || now() >= r->end;
}

static unsigned long discarded(void)
{
	return bss->nr_answers - bss->nr_fast;
}

static void expect_sound(struct __test_metadata *const _metadata,
			 const char *name, const char *type,
			 const struct result *r)
{
	printf("# figure: stat/%s-%s calls=%lu fast=%llu discarded=%lu absent=%lu rounds=%llu wrong=%lu\n",
	       name, type, r->calls, bss->nr_fast, discarded(), r->absent,
	       bss->rounds, r->wrong);
	fflush(stdout);
	EXPECT_LE(CALLS, r->calls);
	EXPECT_LE(CAUGHT, bss->rounds);
	EXPECT_EQ(0, r->wrong);
	EXPECT_LE(CAUGHT, bss->nr_fast);
}

/* Replace f by a new file, which may get the inode of the previous one. */
static void replace(void)
{
	static int kind;

	kind = kind % KINDS + 1;
	make_of_kind("new", kind);
	must(renameat(fs, "new", fs, "f"), "rename new");
}

TEST_F_TIMEOUT(races, replace, RACE_TIMEOUT(1))
{
	struct result r = { .end = race_end() };
	pthread_t thread;
	struct stat st;

	replace();
	ASSERT_EQ(0, pthread_create(&thread, NULL, repeat, replace));
	while (!enough(&r, bss->nr_mixed)) {
		/* 3 rounds suffice to remove an inode and use it again */
		bss->patience = r.calls++ % 16 ? 0 : 3;
		if (fstatat(fs, "f", &st, 0))
			err(1, "stat f");
		r.wrong += !good(&st);
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	expect_sound(_metadata, "replace", variant->type, &r);
	printf("# figure: stat/replace-%s mixed=%llu\n", variant->type,
	       bss->nr_mixed);
	EXPECT_LE(CAUGHT, bss->nr_mixed);
}

static void exchange(void)
{
	must(renameat2(fs, "a", fs, "b", RENAME_EXCHANGE), "exchange");
}

TEST_F_TIMEOUT(races, exchange, RACE_TIMEOUT(1))
{
	struct result r = { .end = race_end() };
	struct stat first[2], st;
	pthread_t thread;

	make_of_kind("a", 1);
	make_of_kind("b", 2);
	ASSERT_EQ(0, fstatat(fs, "a", &first[0], 0));
	ASSERT_EQ(0, fstatat(fs, "b", &first[1], 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, repeat, exchange));
	while (!enough(&r, discarded())) {
		bss->patience = r.calls++ % 16 ? 0 : 1;
		if (fstatat(fs, "a", &st, 0))
			err(1, "stat a");
		r.wrong += !good(&st) ||
			   st.st_ino != first[st.st_uid - KIND_UID(1)].st_ino;
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	expect_sound(_metadata, "exchange", variant->type, &r);
	EXPECT_LE(CAUGHT, discarded());
}

/* Let the file grow without blocks, so that none lacks its place on disk. */
static void grow(void)
{
	static off_t size;
	static int fd;

	if (!size)
		fd = openat(fs, "f", O_WRONLY | O_CLOEXEC);
	must(ftruncate(fd, ++size), "ftruncate");
	must(fchmod(fd, size % 2 ? 0640 : 0604), "fchmod");
}

static bool is_earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/*
 * Return true if @t is known not to be a mixture of two times. Seconds and
 * nanoseconds are written one after the other, also when references are taken.
 * A time is no mixture if its second is the current one both before and after
 * the call, and if it is not in the future.
 */
static bool is_whole(time_t before, const struct timespec *t)
{
	struct timespec after;

	clock_gettime(CLOCK_REALTIME, &after);
	return before == t->tv_sec && before == after.tv_sec &&
	       !is_earlier(&after, t);
}

TEST_F_TIMEOUT(races, grow, RACE_TIMEOUT(1))
{
	struct result r = { .end = race_end() };
	unsigned long timed = 0;
	struct stat st, last;
	pthread_t thread;

	make_of_kind("f", 1);
	must(truncate("/t/fs/f", 0), "truncate");
	ASSERT_EQ(0, fstatat(fs, "f", &last, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, repeat, grow));
	while (!enough(&r, CAUGHT)) {
		time_t second = time(NULL);

		bss->patience = r.calls++ % 16 ? 0 : 1;
		if (fstatat(fs, "f", &st, 0))
			err(1, "stat f");
		r.wrong += st.st_size < last.st_size ||
			   ((st.st_mode & 07777) != 0640 &&
			    (st.st_mode & 07777) != 0604 &&
			    st.st_mode != last.st_mode) ||
			   st.st_ino != last.st_ino;
		last.st_size = st.st_size;
		if (variant->times_go_back || !is_whole(second, &st.st_ctim) ||
		    !is_whole(second, &st.st_mtim))
			continue;
		r.wrong += is_earlier(&st.st_ctim, &last.st_ctim) ||
			   is_earlier(&st.st_mtim, &last.st_mtim);
		last = st;
		timed++;
	}
	stop_race();
	ASSERT_EQ(0, pthread_join(thread, NULL));
	expect_sound(_metadata, "grow", variant->type, &r);
	EXPECT_LE(CAUGHT, last.st_size);
	EXPECT_LE(!variant->times_go_back, timed);
	EXPECT_LE(CALLS / 2, bss->nr_fast);
}

static void rename_around(void)
{
	must(renameat(fs, "d", fs, "e"), "rename d");
	must(renameat(fs, "e", fs, "d"), "rename e");
	must(unlinkat(fs, "d/f", 0), "unlink d/f");
	make_of_kind("d/f", 1);
}

static void mount_around(void)
{
	must(mount("none", "/t/fs/m", "tmpfs", 0, NULL), "mount");
	must(mknod("/t/fs/m/f", S_IFREG, 0), "mknod");
	/* it is in use at times */
	if (umount2("/t/fs/m", 0))
		must(umount2("/t/fs/m", MNT_DETACH), "umount");
}

static void drop_caches(void)
{
	int fd = world_open("/proc/sys/vm/drop_caches", O_WRONLY);

	must(pwrite(fd, "4", 1, 0) != 1, "drop_caches");
	must(pwrite(fd, "3", 1, 0) != 1, "drop_caches");
	close(fd);
}

/* Return true if @st is possible. m always exists; f may be incomplete. */
static bool possible_in_storm(const char *path, const struct stat *st)
{
	if (!strcmp(path, "m"))
		return S_ISDIR(st->st_mode);
	return S_ISREG(st->st_mode) &&
	       (!st->st_uid || st->st_uid == KIND_UID(1)) &&
	       (!st->st_size || st->st_size == KIND_SIZE(1));
}

TEST_F_TIMEOUT(races, storm, RACE_TIMEOUT(1))
{
	static const char *const paths[] = {
		"d/f", "d/../d/f", "link", "e/f", "m/f", "m", "/t/fs/d/f",
	};
	void (*const rounds[])(void) = { rename_around, mount_around,
					 drop_caches };
	struct result r = { .end = race_end() };
	pthread_t threads[ARRAY_SIZE(rounds)];
	struct stat st;

	must(mkdirat(fs, "d", 0755) || mkdirat(fs, "m", 0755) ||
		     symlinkat("d/f", fs, "link"),
	     "a tree");
	make_of_kind("d/f", 1);
	for (int i = 0; i < ARRAY_SIZE(rounds); i++)
		ASSERT_EQ(0,
			  pthread_create(&threads[i], NULL, repeat, rounds[i]));
	while (!enough(&r, discarded())) {
		const char *path = paths[r.calls % ARRAY_SIZE(paths)];

		bss->patience = r.calls++ % 64 ? 0 : 1;
		if (!fstatat(fs, path, &st, 0))
			r.wrong += !possible_in_storm(path, &st);
		else if (errno == ENOENT && strcmp(path, "m"))
			r.absent++;
		else
			r.wrong++;
	}
	stop_race();
	for (int i = 0; i < ARRAY_SIZE(rounds); i++)
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
	expect_sound(_metadata, "storm", variant->type, &r);
	EXPECT_LE(CAUGHT, r.absent);
	EXPECT_LE(CAUGHT, discarded());
}

TEST_HARNESS_MAIN
