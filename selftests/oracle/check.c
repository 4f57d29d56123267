// SPDX-License-Identifier: GPL-2.0-only
/*
 * For each place that is held open, compare the report of a walk in each mode
 * with the model of the world, and the model with openat(fd, "..") wherever
 * that can answer.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"
#include "world.h"
#include "ancestors.skel.h"

struct expected {
	int nr, ret;
	struct seen seen[SEEN_MAX];
};

static void translate(struct world *w, const struct chain *chain,
		      struct expected *want)
{
	if (chain->nr > SEEN_MAX)
		say_fail(w, DIED, "a chain of %d levels", chain->nr);
	want->nr = chain->nr;
	want->ret = chain->ret;
	for (int i = 0; i < chain->nr; i++) {
		if (!chain->level[i].mnt->id)
			say_fail(w, DIED, "no id of mount %s",
				 text_label(chain->level[i].mnt->label));
		want->seen[i] = model_seen(chain->level[i]);
	}
}

static void print_chain(struct world *w, const char *what,
			const struct seen *seen, int nr, int ret)
{
	printf("# %s: %d\n", what, ret);
	for (int i = 0; i < nr; i++)
		printf("#   %s\n", text_seen(w, &seen[i]));
}

static void walk(const struct world *w, const struct place *place, __u64 mode)
{
	struct ancestors_bpf__bss *bss = w->oracle->bss;
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "%d", place->fd);
	bss->nr_walks = 0;
	bss->nr_opens = 0;
	bss->nth = 1;
	bss->flags = mode;
	bss->tid = syscall(SYS_gettid);
	fd = openat(w->proc_fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bss->tid = 0;
	if (fd < 0)
		err(1, "open place %d", place->label);
	close(fd);
	if (bss->nr_walks != 1)
		errx(1, "%llu walks", bss->nr_walks);
}

static const char *place_text(const struct place *place)
{
	return place->internal ? "an internal object" : text_level(place->at);
}

static void compare_walk(struct world *w, const struct place *place, __u64 mode,
			 const struct expected *want)
{
	const struct ancestors_bpf__bss *bss = w->oracle->bss;

	walk(w, place, mode);
	w->report->comparisons++;
	if (bss->ret == want->ret && bss->nr_shown == want->nr &&
	    bss->nr_calls == want->nr && !bss->nr_null &&
	    !memcmp(bss->seen, want->seen, want->nr * sizeof(*want->seen)))
		return;
	if (w->trace) {
		printf("# from %s, mode %llx, %llu calls, %llu of them NULL\n",
		       place_text(place), mode, bss->nr_calls, bss->nr_null);
		print_chain(w, "the walk", bss->seen,
			    bss->nr_shown < SEEN_MAX ? bss->nr_shown : SEEN_MAX,
			    bss->ret);
		print_chain(w, "expected", want->seen, want->nr, want->ret);
	}
	say_fail(w, WRONG_WALK, "the walk and the model differ");
}

/* Follow ".." level by level. Return like a walk. */
static int go_dotdot(struct world *w, int fd, struct seen *seen, int *nr)
{
	int ret;

	for (*nr = 0; *nr < SEEN_MAX; (*nr)++) {
		int next;

		seen[*nr] = place_at(fd, "");
		if (*nr && !memcmp(&seen[*nr], &seen[*nr - 1], sizeof(*seen)))
			break;
		next = openat(fd, "..", O_PATH | O_CLOEXEC);
		ret = -errno;
		close(fd);
		if (next < 0) {
			++*nr;
			return ret;
		}
		fd = next;
	}
	close(fd);
	if (*nr == SEEN_MAX)
		say_fail(w, DIED, "too many levels");
	return *nr;
}

static void compare_dotdot(struct world *w, const struct place *place,
			   const struct expected *plain)
{
	static struct seen seen[SEEN_MAX];
	static struct expected want;
	static struct chain chain;
	int nr, ret;

	model_dotdot(w, place->at, &chain);
	translate(w, &chain, &want);
	ret = go_dotdot(w, dup(place->fd), seen, &nr);
	w->report->dotdots++;
	if (ret == want.ret && nr == want.nr &&
	    !memcmp(seen, want.seen, nr * sizeof(*seen))) {
		w->report->confirmed +=
			ret == plain->ret && nr == plain->nr &&
			!memcmp(seen, plain->seen, nr * sizeof(*seen));
		return;
	}
	if (w->trace) {
		printf("# from %s\n", text_level(place->at));
		print_chain(w, "\"..\"", seen, nr, ret);
		print_chain(w, "expected", want.seen, want.nr, want.ret);
	}
	say_fail(w, WRONG_DOTDOT, "\"..\" and the model differ");
}

static void expect(struct world *w, const struct place *place, enum how how,
		   struct expected *want)
{
	static struct chain chain;

	if (place->internal) {
		want->nr = want->ret = 1;
		want->seen[0] = place_at(place->fd, "");
		return;
	}
	model_walk(w, place->at, how, &chain);
	translate(w, &chain, want);
}

static void check_place(struct world *w, const struct place *place)
{
	static struct expected want[NR_HOWS];
	const struct oracle *o = w->oracle;

	for (enum how how = HOW_PLAIN; how < NR_HOWS; how++)
		expect(w, place, how, &want[how]);
	if (!place->internal && place->at.node->dir && !w->mistake)
		compare_dotdot(w, place, &want[HOW_PLAIN]);
	for (int i = 0; i < o->nr_modes; i++)
		compare_walk(w, place, o->modes[i], &want[o->how(o->modes[i])]);
	w->report->places++;
	cover_place(w, place);
}

void check_world(struct world *w)
{
	sync_verify(w);
	if (w->chroot_fd >= 0 && (fchdir(w->chroot_fd) || chroot(".")))
		err(1, "chroot");
	for (int i = 0; i < w->nr_places; i++)
		check_place(w, &w->place[i]);
}
