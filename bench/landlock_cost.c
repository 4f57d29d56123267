// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the instructions that Landlock adds to openat() of a file by a
 * descriptor of its directory, with one rule in one of three places. The lookup
 * is the same at each depth, so that only Landlock's part grows.
 *
 * In QEMU's icount lane the time stamp counter counts instructions. On other
 * machines it counts cycles, so the numbers mean little.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "opens.h"
#include "sandbox.h"

static const int depths[] = { 1, 10, 20, 29, 31, 60, 100, 200, 1000 };

#define NR_DEPTHS (sizeof(depths) / sizeof(depths[0]))

static const char *const places[] = { "no rules", "at the top",
				      "on the directory", "on the file" };

static int top, dir;

static int make_dir(int at, const char *name)
{
	int fd;

	if (mkdirat(at, name, 0755))
		err(1, "mkdir %s", name);
	fd = openat(at, name, O_PATH | O_CLOEXEC);
	if (fd < 0)
		err(1, "open %s", name);
	return fd;
}

static void open_repeat(const char *name, int times)
{
	while (times--) {
		int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			err(1, "open %s", name);
		close(fd);
	}
}

/* Print the cost, with a rule in places[@place], less @base. Return it. */
static double measure(int place, double base)
{
	int rule = -1, pipes[2], status;
	double result;
	pid_t pid;

	if (place)
		rule = place == 1 ? top :
		       place == 2 ? dir :
				    openat(dir, "f", O_PATH | O_CLOEXEC);
	if (pipe(pipes))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		if (place)
			sandbox_reads_below(rule);
		result = opens_cost(open_repeat, "f");
		if (write(pipes[1], &result, sizeof(result)) != sizeof(result))
			err(1, "write");
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status ||
	    read(pipes[0], &result, sizeof(result)) != sizeof(result))
		errx(1, "%s: no result", places[place]);
	close(pipes[0]);
	close(pipes[1]);
	printf(" %17.0f", result - base);
	fflush(stdout);
	return result;
}

int main(void)
{
	double base;
	int depth = 0;

	if (mkdir("/tmp/bench", 0755) ||
	    mount("none", "/tmp/bench", "tmpfs", 0, NULL))
		err(1, "tmpfs on /tmp/bench");
	top = open("/tmp/bench", O_PATH | O_CLOEXEC);
	dir = top;
	printf("instructions of openat() and close(); with a rule: in addition\n");
	printf("%6s", "depth");
	for (int i = 0; i < 4; i++)
		printf(" %17s", places[i]);
	printf("\n");
	for (size_t i = 0; i < NR_DEPTHS; i++) {
		for (; depth < depths[i]; depth++)
			dir = make_dir(dir, "d");
		if (mknodat(dir, "f", S_IFREG | 0644, 0))
			err(1, "mknod f");
		printf("%6d", depth);
		base = measure(0, 0);
		for (int place = 1; place < 4; place++)
			measure(place, base);
		printf("\n");
	}
	return 0;
}
