// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk reports a chain that existed as a whole, whatever is mounted,
 * unmounted and moved meanwhile.
 *
 * Another thread goes round a cycle of states, one system call after the other.
 * A first, quiet round records the chain of each state, as ".." tells it. Then
 * walks race with the thread, and no other chain may come up: neither one put
 * together from two states, nor one with a directory that a mount covers.
 *
 * Two walkers that are known to be wrong have to be caught in the same run: an
 * unlocked chase in BPF, and openat(fd, "..") step by step.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "race.h"
#include "mount_races.h"
#include "mount_races_world.h"
#include "world.h"
#include "mount_races.skel.h"

#define WALKS fewer(2048) /* walks of each walker */
#define SLOW_WALKS fewer(20)
#define CAUGHT 2

static struct mount_races_bpf__bss *bss;
static void (*const *cycle)(void);
static int round_length;
static struct chains by_dotdot;

FIXTURE(mounts)
{
	struct mount_races_bpf *skel;
	int dir; /* the start of the walks */
};

FIXTURE_VARIANT(mounts)
{
	const char *name;
	void (*build)(void);
	void (*cycle[8])(void);
	int deep; /* directories in M above the start of the walks */
	bool windows; /* the chain is longer than one window */
	/* Set if mounts come and go. Walks start at the object at this path. */
	const char *path;
	/*
	 * Mounts only cover ancestors. ".." enters them, and can be caught at
	 * that. The chain of a walk stays the same all the time, and so do all
	 * links that the chase follows: it cannot be wrong.
	 */
	bool over;
};

FIXTURE_VARIANT_ADD(mounts, over){
	.name = "over",
	.build = build_plain,
	.cycle = { cover_d, cover_p1, bare_p1, bare_d },
	.over = true,
};

FIXTURE_VARIANT_ADD(mounts, move){
	.name = "move",
	.build = build_plain,
	.cycle = { m_to_h, k_to_p2, k_to_p1, m_to_k },
};

/* The first window ends between M and K. */
FIXTURE_VARIANT_ADD(mounts, move_windows){
	.name = "move-windows",
	.build = build_plain,
	.cycle = { m_to_h, k_to_p2, k_to_p1, m_to_k },
	.deep = 29,
	.windows = true,
};

FIXTURE_VARIANT_ADD(mounts, stack){
	.name = "stack",
	.build = build_stack,
	.cycle = { m_to_h, u_to_park, k_to_p2, k_to_p1, u_to_k, m_to_k },
};

FIXTURE_VARIANT_ADD(mounts, beneath){
	.name = "beneath",
	.build = build_beneath,
	.cycle = { u_beneath_m, m_to_h, u_to_park, k_to_p2, k_to_p1, m_to_k },
};

FIXTURE_VARIANT_ADD(mounts, lazy_umount){
	.name = "lazy-umount",
	.build = build_lazy,
	.cycle = { detach_m, k_to_p2, k_to_p1, bind_m },
	.path = M_PATH "/d/x",
};

FIXTURE_VARIANT_ADD(mounts, pivot_root){
	.name = "pivot-root",
	.build = build_pivot,
	.cycle = { m_to_h, pivot, pivot_back, m_to_srv },
};

/* A peer of K mounts and unmounts M. */
FIXTURE_VARIANT_ADD(mounts, shared){
	.name = "shared",
	.build = build_shared,
	.cycle = { peer_detaches_m, k_to_p2, k_to_p1, peer_binds_m },
	.path = M_PATH "/d/x",
};

/* The master of K mounts and unmounts U, which comes and goes beneath M. */
FIXTURE_VARIANT_ADD(mounts, slave){
	.name = "slave",
	.build = build_slave,
	.cycle = { peer_binds_u, m_to_h, k_to_p2, k_to_p1, m_to_k,
		   peer_unmounts_u },
};

/* The directories that FS_ROOT shows above the root of a mount, from below */
static struct source {
	struct seen root, above[3];
	int nr;
} sources[3];

static void note_source(struct source *source, const char *path)
{
	char *dir = strdup(path), *slash;

	source->root = place(path);
	while ((slash = strrchr(dir, '/')) != dir) {
		*slash = 0;
		source->above[source->nr++] = place(dir);
	}
	free(dir);
}

static bool same(const struct seen *a, const struct seen *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->mnt_id == b->mnt_id;
}

static __u64 add_above(__u64 chain, const struct seen *root)
{
	for (const struct source *s = sources; s < sources + 3; s++) {
		if (s->root.ino != root->ino || s->root.dev != root->dev)
			continue;
		for (int i = 0; i < s->nr; i++) {
			struct seen seen = s->above[i];

			seen.mnt_id = root->mnt_id;
			chain = add_to_chain(chain, &seen, bss->with_mounts);
		}
	}
	return chain;
}

static __u64 load(const __u64 *value)
{
	return __atomic_load_n(value, __ATOMIC_SEQ_CST);
}

static void allow_moves(__u64 until)
{
	__atomic_store_n(&bss->until, until, __ATOMIC_SEQ_CST);
}

/*
 * Hold up the walk as mount_races.bpf.c does. Stop if umount() fails with
 * EBUSY, as this walk may be in the mount that it unmounts.
 */
static void hold_up(void)
{
	__u64 until = load(&bss->moves) + some_moves(random(), bss->most_moves);
	__u64 busy_before = load(&mounts_busy);

	allow_moves(until);
	for (int i = 0; i < 1 << 18; i++) {
		if (load(&bss->moves) >= until ||
		    load(&mounts_busy) != busy_before)
			break;
	}
}

/*
 * Return the chain from @dir, as ".." leads. If @fs_root is not NULL, do not
 * hold up the walk, and store the chain with FS_ROOT as well.
 */
static __u64 ref_walk(int dir, __u64 *fs_root)
{
	struct seen here = place_at(dir, ""), up;
	__u64 chain = 0;
	int fd = dup(dir);

	for (;;) {
		int parent;

		chain = add_to_chain(chain, &here, bss->with_mounts);
		if (fs_root)
			*fs_root =
				add_to_chain(*fs_root, &here, bss->with_mounts);
		else
			hold_up();
		parent = openat(fd, "..", O_PATH | O_CLOEXEC);
		if (parent < 0)
			err(1, "open ..");
		close(fd);
		fd = parent;
		up = place_at(fd, "");
		if (fs_root && (up.mnt_id != here.mnt_id || same(&up, &here)))
			*fs_root = add_above(*fs_root, &here);
		if (same(&up, &here))
			break;
		here = up;
	}
	close(fd);
	allow_moves(FREELY);
	return chain;
}

static void note(struct chains *chains, __u64 chain)
{
	int i = 0;

	while (chains->chain[i] && chains->chain[i] != chain)
		i++;
	if (i == CHAINS_MAX - 1)
		errx(1, "more chains than there is room for");
	chains->chain[i] = chain;
}

static void walk_from(int dir, enum walker walker)
{
	int fd;

	bss->turn = walker;
	bss->tid = syscall(SYS_gettid);
	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bss->tid = 0;
	if (fd < 0)
		err(1, "open .");
	close(fd);
}

/* Record this state while nobody interferes: all walks report its chain. */
static void note_state(struct __test_metadata *const _metadata, int dir,
		       bool over, struct chains *by_mount,
		       struct chains *by_fs_root)
{
	__u64 fs_root = 0, chain = ref_walk(dir, &fs_root);

	note(&by_dotdot, chain);
	if (!over) {
		note(by_mount, chain);
		note(by_fs_root, fs_root);
		bss->by_mount = (struct chains){ { chain } };
		bss->by_fs_root = (struct chains){ { fs_root } };
	}
	memset(bss->tally, 0, sizeof(bss->tally));
	for (int i = 0; i < REFWALK; i++) {
		walk_from(dir, i);
		ASSERT_LE(1, bss->tally[i].walks);
		ASSERT_EQ(0, bss->tally[i].impossible)
		{
			TH_LOG("walker %d", i);
		}
		ASSERT_EQ(0, bss->tally[i].errors);
		ASSERT_EQ(0, bss->tally[i].slow);
	}
}

/* Open the path again: a lazy unmount may have detached the last object. */
static void reopen(FIXTURE_DATA(mounts) * self,
		   const FIXTURE_VARIANT(mounts) * variant)
{
	int fd = variant->path ? open(variant->path, O_PATH | O_CLOEXEC) : -1;

	if (fd >= 0) {
		close(self->dir);
		self->dir = fd;
	}
}

FIXTURE_SETUP(mounts)
{
	struct chains by_mount = {}, by_fs_root = {};

	world_setup();
	self->skel = mount_races_bpf__open_and_load();
	ASSERT_NE(NULL, self->skel);
	ASSERT_EQ(0, mount_races_bpf__attach(self->skel));
	bss = self->skel->bss;
	bss->mounts = 1; /* the one at /t */
	bss->with_mounts = !variant->path && !variant->over;

	build_directories();
	note_source(&sources[0], "/t/D/e");
	note_source(&sources[1], "/t/Q");
	note_source(&sources[2], "/t/C");
	variant->build();
	cycle = variant->cycle;
	if (variant->path)
		self->dir = world_open(variant->path, O_PATH);
	else
		self->dir = world_deep(mount_m(), variant->deep + 1);

	for (int i = 0; cycle[i]; i++) {
		reopen(self, variant);
		note_state(_metadata, self->dir, variant->over && i, &by_mount,
			   &by_fs_root);
		cycle[i]();
		note_state(_metadata, self->dir, variant->over, &by_mount,
			   &by_fs_root);
		round_length++;
	}
	bss->most_moves = round_length;
	memset(bss->tally, 0, sizeof(bss->tally));
	bss->by_mount = by_mount;
	bss->by_fs_root = by_fs_root;
}

FIXTURE_TEARDOWN(mounts)
{
	mount_races_bpf__destroy(self->skel);
}

static void *work(void *arg)
{
	if (unshare(CLONE_FS))
		err(1, "unshare");
	while (!stopped()) {
		for (int i = 0; cycle[i]; i++) {
			while (load(&bss->moves) >= load(&bss->until))
				;
			cycle[i]();
			bss->waits_for_rcu = 0;
			__atomic_fetch_add(&bss->moves, 1, __ATOMIC_SEQ_CST);
		}
	}
	return NULL;
}

/* Let the adversary go on to the first state and wait there. */
static void await_first_state(void)
{
	__u64 moves;

	do {
		moves = load(&bss->moves);
		allow_moves(moves + (round_length - moves % round_length) %
					    round_length);
	} while (load(&bss->moves) % round_length);
}

static void walk_once(FIXTURE_DATA(mounts) * self,
		      const FIXTURE_VARIANT(mounts) * variant,
		      enum walker walker)
{
	struct tally *t = &bss->tally[REFWALK];

	if (variant->path || walker >= CHASE)
		await_first_state();
	reopen(self, variant);
	if (walker != REFWALK) {
		walk_from(self->dir, walker);
		return;
	}
	t->walks++;
	t->impossible += !exists(&by_dotdot, ref_walk(self->dir, NULL));
}

static __u64 restarts(void)
{
	__u64 restarts = 0;

	for (int i = 0; i < CHASE; i++)
		restarts += bss->tally[i].restarts;
	return restarts;
}

static bool enough(const FIXTURE_VARIANT(mounts) * variant, enum walker walker)
{
	const struct tally *t = &bss->tally[walker];

	if (walker < CHASE) /* a wrong chain ends the race */
		return t->impossible ||
		       (t->walks >= WALKS && t->slow >= SLOW_WALKS &&
			(!variant->windows || bss->tally[RCU].restarts));
	return t->impossible >= CAUGHT || (walker == CHASE && variant->over);
}

static void race(FIXTURE_DATA(mounts) * self,
		 const FIXTURE_VARIANT(mounts) * variant)
{
	double end = race_end();
	pthread_t thread;
	bool again;

	if (pthread_create(&thread, NULL, work, NULL))
		errx(1, "no thread");
	do {
		again = false;
		for (int i = 0; i < WALKERS; i++) {
			if (!enough(variant, i)) {
				walk_once(self, variant, i);
				again = true;
			}
		}
	} while (again && now() < end);
	stop_race();
	allow_moves(FREELY);
	pthread_join(thread, NULL);
}

/* Check that a walk that has ended holds nothing. */
static void expect_no_leak(struct __test_metadata *const _metadata, int dir)
{
	static const char *const mounted[] = { M_PATH "/d", M_PATH,	K_PATH,
					       "/t/park",   "/t/D/e/d", "/srv",
					       "/t" };

	close(dir);
	close_places();
	for (int i = 0; i < ARRAY_SIZE(mounted); i++) {
		while (!umount2(mounted[i], 0))
			;
		EXPECT_NE(EBUSY, errno)
		{
			TH_LOG("umount %s", mounted[i]);
		}
	}
	EXPECT_EQ(0, bss->mounts);
}

TEST_F_TIMEOUT(mounts, race, RACE_TIMEOUT(1))
{
	__u64 walks = 0, slow = 0, ours = 0;

	double begin = now();
	race(self, variant);
	printf("# %.2f s, %llu moves, %llu reference walks\n", now() - begin,
	       bss->moves, bss->tally[REFWALK].walks);
	for (int i = 0; i < CHASE; i++) {
		const struct tally *t = &bss->tally[i];

		EXPECT_EQ(0, t->impossible);
		EXPECT_EQ(0, t->errors);
		EXPECT_LE(WALKS, t->walks);
		EXPECT_LE(SLOW_WALKS, t->slow);
		walks += t->walks;
		slow += t->slow;
		ours += t->impossible;
	}
	/* RCU_FS_ROOT has a second window as soon as there are nine levels */
	EXPECT_EQ(variant->windows, bss->tally[RCU].restarts > 0);
	EXPECT_LE(CAUGHT, bss->tally[REFWALK].impossible);
	if (!variant->over)
		EXPECT_LE(CAUGHT, bss->tally[CHASE].impossible);
	printf("# figure: mounts/%s walks=%llu restarts=%llu slow=%llu ours=%llu chase=%llu refwalk=%llu busy=%llu\n",
	       variant->name, walks, restarts(), slow, ours,
	       bss->tally[CHASE].impossible, bss->tally[REFWALK].impossible,
	       mounts_busy);
	expect_no_leak(_metadata, self->dir);
}

TEST_HARNESS_MAIN
