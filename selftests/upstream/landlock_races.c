// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: landlock_races [WALKS]
 *
 * A sandboxed task opens S/x/.../y/f again and again, while another task
 * renames y to S/y, then S/x to P/x, and both back. y is below S all the time,
 * and never below P. An open is wrong if it is denied although a rule on S
 * allows it, or if it succeeds although only a rule on P would allow it. In the
 * third variant, y moves between S/x and S/z, and the directory that it has
 * left is removed and made anew. A walk then has to restart repeatedly, but a
 * stepwise walk is right, too.
 *
 * In two more variants, the task links f from one directory to another.
 * Landlock has to compare the rights in both, at one instant. First, a directory
 * with both of them moves from S to P, where more is allowed, and back: the
 * rights are the same at every instant, so a link must never fail. Then, either
 * directory moves between two places, in an order that leaves more rights in
 * the destination at every instant, so that a link must always fail.
 *
 * Each variant is a TAP case. A kernel with vfs_walk_ancestors() must never be
 * wrong. A kernel without it is the control: it has to be wrong where it is
 * known to be, or else the adversary proves nothing.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

#define READ LANDLOCK_ACCESS_FS_READ_FILE
#define WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define EXECUTE LANDLOCK_ACCESS_FS_EXECUTE
#define LINK                                                      \
	(LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_MAKE_REG | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define ALL (READ | WRITE | EXECUTE | LINK)

static int top, home, s_dir, p_dir;
static int more_dir, most_dir; /* allow more than s_dir and p_dir */
static int source, target; /* of links; f is opened in the source */

static int open_dir(int at, const char *name)
{
	int fd = openat(at, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		err(1, "open %s", name);
	return fd;
}

static int make_dir(int at, const char *name)
{
	if (mkdirat(at, name, 0755))
		err(1, "mkdir %s", name);
	return open_dir(at, name);
}

static void move(int from, const char *old, int to, const char *new)
{
	if (renameat(from, old, to, new))
		err(1, "rename %s", old);
}

static void rename_twice(void)
{
	move(home, "y", s_dir, "y");
	move(s_dir, "x", p_dir, "x");
	move(p_dir, "x", s_dir, "x");
	move(s_dir, "y", home, "y");
}

static void remake(const char *name)
{
	if (unlinkat(s_dir, name, AT_REMOVEDIR) || mkdirat(s_dir, name, 0755))
		err(1, "make %s anew", name);
}

static void move_and_remove(void)
{
	move(s_dir, "x/y", s_dir, "z/y");
	remake("x");
	move(s_dir, "z/y", s_dir, "x/y");
	remake("z");
}

static void move_both(void)
{
	move(s_dir, "x", p_dir, "x");
	move(p_dir, "x", s_dir, "x");
}

static void move_each(void)
{
	move(p_dir, "a", s_dir, "a");
	move(most_dir, "b", more_dir, "b");
	move(more_dir, "b", most_dir, "b");
	move(s_dir, "a", p_dir, "a");
}

static int make_deep(int at, const char *name, int depth)
{
	int dir = make_dir(at, name);

	while (depth--) {
		int inner = make_dir(dir, "d");

		close(dir);
		dir = inner;
	}
	return dir;
}

static void make_file(void)
{
	int fd = openat(source, "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	if (fd < 0)
		err(1, "create f");
	close(fd);
}

static void make_open(int depth)
{
	home = make_deep(s_dir, "x", depth);
	source = make_dir(home, "y");
	close(make_dir(s_dir, "z"));
}

static void make_both(int depth)
{
	int x = make_dir(s_dir, "x");

	source = make_deep(x, "a", depth);
	target = make_deep(x, "b", depth);
	close(x);
}

static void make_each(int depth)
{
	more_dir = make_dir(top, "more");
	most_dir = make_dir(top, "most");
	source = make_deep(p_dir, "a", depth);
	target = make_deep(most_dir, "b", depth);
}

static void allow_s(void)
{
	sandbox_reads_below(s_dir);
}

static void allow_p(void)
{
	sandbox_reads_below(p_dir);
}

/* By its rights, "most" comes before "more", P and S. */
static void allow_links(void)
{
	const struct sandbox_rule rules[] = {
		{ top, LINK },
		{ s_dir, READ },
		{ p_dir, READ | WRITE },
		{ more_dir, READ | WRITE },
		{ most_dir, READ | WRITE | EXECUTE },
	};

	sandbox(ALL, rules,
		sizeof(rules) / sizeof(*rules) - (more_dir ? 0 : 2));
}

/* Return whether f can be opened. */
static bool open_f(void)
{
	int fd = openat(source, "f", O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno != EACCES)
		err(1, "open f");
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Return whether f can be linked. */
static bool link_f(void)
{
	if (linkat(source, "f", target, "g", 0)) {
		if (errno != EXDEV)
			err(1, "link f");
		return false;
	}
	if (unlinkat(target, "g", 0))
		err(1, "unlink g");
	return true;
}

static const struct variant {
	const char *name;
	void (*make)(int depth);
	int depth; /* directories on the way */
	void (*round)(void);
	void (*restrict_self)(void);
	bool (*act)(void);
	int slower; /* so many times */
	bool allowed; /* the right answer of act() */
	bool control; /* a walk step by step is wrong at times */
} variants[] = {
	{ "wrongly-denied", make_open, 100, rename_twice, allow_s, open_f, 1,
	  true, true },
	{ "wrongly-granted", make_open, 100, rename_twice, allow_p, open_f, 1,
	  false, true },
	{ "removed", make_open, 0, move_and_remove, allow_s, open_f, 1, true,
	  false },
	{ "link-wrongly-denied", make_both, 100, move_both, allow_links, link_f,
	  5, true, true },
	{ "link-wrongly-granted", make_each, 100, move_each, allow_links,
	  link_f, 5, false, true },
};

static void make_world(const struct variant *v)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, NULL))
		err(1, "a world on /tmp");
	top = open_dir(AT_FDCWD, "/tmp");
	s_dir = make_dir(top, "S");
	p_dir = make_dir(top, "P");
	v->make(v->depth);
	make_file();
}

/* The adversary's rounds so far, shared with it */
static volatile long *rounds;

/* Return the number of wrong answers. */
static long race(const struct variant *v, long walks)
{
	long wrong = 0;
	pid_t adversary;
	int status;

	make_world(v);
	adversary = fork();
	if (adversary < 0)
		err(1, "fork");
	if (!adversary) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;; ++*rounds)
			v->round();
	}
	v->restrict_self();
	for (long i = 0; i < walks; i++)
		wrong += v->act() != v->allowed;
	/* a sandbox of this ABI does not restrict signals */
	kill(adversary, SIGKILL);
	if (waitpid(adversary, &status, 0) != adversary || !WIFSIGNALED(status))
		errx(2, "%s: the adversary has given up", v->name);
	if (*rounds < walks / 100)
		errx(2, "%s: %ld rounds of the adversary", v->name, *rounds);
	return wrong;
}

static bool has_walk(void)
{
	FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[256];
	bool found = false;

	if (!symbols)
		err(1, "/proc/kallsyms");
	while (!found && fgets(line, sizeof(line), symbols))
		found = strstr(line, " vfs_walk_ancestors\n");
	fclose(symbols);
	return found;
}

/* Run @v in a new process, because a process cannot leave its sandbox. */
static bool variant_passes(const struct variant *v, long walks, bool control)
{
	pid_t pid;
	int status;

	*rounds = 0;
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		long wrong = race(v, walks);

		printf("# figure: landlock-races/%s walks=%ld wrong=%ld rounds=%ld\n",
		       v->name, walks, wrong, *rounds);
		exit(control && v->control ? !wrong : !!wrong);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		errx(1, "%s: died", v->name);
	return !WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	const int nr = sizeof(variants) / sizeof(*variants);
	long walks = argc > 1 ? atol(argv[1]) : 100000;
	bool passed, control = !has_walk(), all = true;

	rounds = mmap(NULL, sizeof(*rounds), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (rounds == MAP_FAILED)
		err(1, "mmap");
	printf("TAP version 13\n1..%d\n", nr);
	for (int i = 0; i < nr; i++) {
		fflush(stdout);
		passed = variant_passes(&variants[i],
					walks / variants[i].slower, control);
		printf("%s %d %s\n", passed ? "ok" : "not ok", i + 1,
		       variants[i].name);
		all &= passed;
	}
	return !all;
}
