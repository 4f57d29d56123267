// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: races [WALKS]
 *
 * A sandboxed task opens S/x/.../y/f again and again, while another task
 * renames y to S/y, then S/x to P/x, and both back. y is below S all the time,
 * and never below P. An open is wrong if it is denied although a rule on S
 * allows it, or if it succeeds although only a rule on P would allow it. In the
 * third variant, y moves between S/x and S/z, and the directory that it has
 * left is removed and made anew. A walk then has to restart repeatedly, but a
 * stepwise walk is right, too.
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

static int home, s_dir, p_dir;

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

static const struct variant {
	const char *name;
	void (*round)(void);
	int between; /* directories from x to y */
	bool allowed; /* the rule is on S, not on P */
	bool control; /* a walk step by step is wrong at times */
} variants[] = {
	{ "wrongly-denied", rename_twice, 100, true, true },
	{ "wrongly-granted", rename_twice, 100, false, true },
	{ "removed", move_and_remove, 0, true, false },
};

static int make_world(const struct variant *v)
{
	int top, y, fd;

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, NULL))
		err(1, "a world on /tmp");
	top = open_dir(AT_FDCWD, "/tmp");
	s_dir = make_dir(top, "S");
	p_dir = make_dir(top, "P");
	home = make_dir(s_dir, "x");
	for (int i = 0; i < v->between; i++) {
		int inner = make_dir(home, "d");

		close(home);
		home = inner;
	}
	y = make_dir(home, "y");
	if (v->round == move_and_remove)
		close(make_dir(s_dir, "z"));
	fd = openat(y, "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0)
		err(1, "create f");
	close(fd);
	return y;
}

/* The adversary's rounds so far, shared with it */
static volatile long *rounds;

/* Return the number of wrong answers. */
static long race(const struct variant *v, long walks)
{
	int y = make_world(v);
	long wrong = 0;
	int status;
	pid_t adversary = fork();

	if (adversary < 0)
		err(1, "fork");
	if (!adversary) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;; ++*rounds)
			v->round();
	}
	sandbox_reads_below(v->allowed ? s_dir : p_dir);
	for (long i = 0; i < walks; i++) {
		int fd = openat(y, "f", O_RDONLY | O_CLOEXEC);

		if (fd < 0 && errno != EACCES)
			err(1, "open y/f");
		wrong += (fd >= 0) != v->allowed;
		if (fd >= 0)
			close(fd);
	}
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
		passed = variant_passes(&variants[i], walks, control);
		printf("%s %d %s\n", passed ? "ok" : "not ok", i + 1,
		       variants[i].name);
		all &= passed;
	}
	return !all;
}
