// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "race.h"
#include "reclaim_race.h"
#include "world.h"

int left, right;

static bool same(const struct seen *a, const struct seen *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static bool possible_at(const struct seen *seen, const struct chain *chain,
			int i)
{
	if (i && i == chain->any_at)
		return seen->ino && seen->dev == chain->want[i].dev &&
		       seen->mnt_id == chain->want[i].mnt_id;
	return same(seen, &chain->want[i]) ||
	       (i && i == chain->other_at && same(seen, &chain->other));
}

static bool possible(const struct answer *answer, const struct chain *chain)
{
	if (answer->ret != chain->nr || answer->nr != (__u64)chain->nr)
		return false;
	for (int i = 0; i < chain->nr; i++)
		if (!possible_at(&answer->seen[i], chain, i))
			return false;
	return true;
}

void chain_add(struct chain *chain, struct seen seen)
{
	chain->want[chain->nr++] = seen;
}

void make_sides(int depth, struct chain *above)
{
	int dir = world_open("/t/fs", O_PATH);
	struct seen up[DEEP + 1];

	up[0] = place_at(dir, "");
	for (int i = 1; i <= depth; i++) {
		dir = world_deep(dir, 1);
		up[i] = place_at(dir, "");
	}
	for (int i = depth; i >= 0; i--)
		chain_add(above, up[i]);
	chain_add(above, place("/t"));
	chain_add(above, place("/"));
	must(mkdirat(dir, "left", 0755), "mkdir left");
	must(mkdirat(dir, "right", 0755), "mkdir right");
	left = openat(dir, "left", O_PATH | O_CLOEXEC);
	right = openat(dir, "right", O_PATH | O_CLOEXEC);
}

void make_chain(struct chain *chain, const int *pinned, int nr,
		const struct chain *above)
{
	chain->nr = 0;
	for (int i = 0; i < nr; i++)
		chain_add(chain, place_at(pinned[i], ""));
	chain->other_at = nr;
	chain->other = place_at(right, "");
	chain_add(chain, place_at(left, ""));
	for (int i = 0; i < above->nr; i++)
		chain_add(chain, above->want[i]);
}

void make_file(int dir, const char *name)
{
	int fd = openat(dir, name, O_CREAT | O_EXCL | O_WRONLY, 0644);

	must(fd < 0, name);
	close(fd);
}

static void show_wrong(const struct answer *answer, const struct chain *chain)
{
	printf("# returned %lld, shown %llu, expected %d\n", answer->ret,
	       answer->nr, chain->nr);
	for (int i = 0; i < chain->nr; i++)
		if (!possible_at(&answer->seen[i], chain, i))
			printf("# ancestor %d: dev %llx ino %llu mnt %llu, expected %llx %llu %llu\n",
			       i, answer->seen[i].dev, answer->seen[i].ino,
			       answer->seen[i].mnt_id, chain->want[i].dev,
			       chain->want[i].ino, chain->want[i].mnt_id);
}

bool walk_from(struct race *race, int dirfd, const char *path, int *fd)
{
	/* judge no walker by its previous answer */
	for (int i = 0; i < NR_WALKERS; i++)
		race->bss->answers[i].ret = 0;
	race->bss->tid = syscall(SYS_gettid);
	*fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	race->bss->tid = 0;
	return *fd >= 0;
}

void judge(struct race *race, const struct chain *chain)
{
	if (race->may_give_up && race->bss->answers[WALK_RCU].ret == -ESTALE) {
		race->stale++;
		return;
	}
	race->walks++;
	for (int i = 0; i < NR_WALKERS; i++) {
		const struct answer *answer = &race->bss->answers[i];

		if (possible(answer, chain))
			continue;
		if (!race->wrong[i]++ && i != CHASE)
			show_wrong(answer, chain);
	}
	if (race->bss->remembered != chain->want[race->bss->level].ino)
		race->remembered_wrong++;
}

void race_begin(struct race *race, const char *name)
{
	memset(race, 0, sizeof(*race));
	race->name = name;
	race->skel = reclaim_bpf__open_and_load();
	if (!race->skel || reclaim_bpf__attach(race->skel))
		errx(1, "cannot load and attach the programs");
	race->bss = race->skel->bss;
	race->end = race_end();
}

void race_figure(const struct race *race, const char *key, __u64 value)
{
	if (race->may_give_up)
		printf("# %llu walks have given up\n", race->stale);
	printf("# figure: reclaim/%s walks=%llu restarts=%llu slow=%llu ours=%llu chase=%llu remembered=%llu %s=%llu\n",
	       race->name, race->walks, race->bss->nr_null,
	       race->bss->slow_passes,
	       race->wrong[WALK_RCU] + race->wrong[WALK_PINNED],
	       race->wrong[CHASE], race->remembered_wrong, key, value);
	fflush(stdout);
}
