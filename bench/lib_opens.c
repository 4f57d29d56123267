// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <x86intrin.h>

#include "sandbox.h"
#include "opens.h"

#define BATCHES 21
#define CALLS 200

void opens_make_files(const int *depths, size_t nr, char (*files)[FILE_PATH])
{
	char path[FILE_PATH] = "/tmp/bench";
	size_t len, i = 0;

	if (mkdir(path, 0755) || mount("none", path, "tmpfs", 0, NULL))
		err(1, "tmpfs on %s", path);
	for (int depth = 1; i < nr; depth++) {
		len = strlen(path);
		snprintf(path + len, sizeof(path) - len, "/directory%d", depth);
		if (mkdir(path, 0755))
			err(1, "mkdir %s", path);
		if (depth != depths[i])
			continue;
		snprintf(files[i], FILE_PATH, "%.4000s/f", path);
		if (mknod(files[i], S_IFREG | 0644, 0))
			err(1, "mknod %s", files[i]);
		i++;
	}
}

/* Make a system call that nothing else makes. */
void opens_mark(void)
{
	sched_get_priority_max(SCHED_OTHER);
}

void opens_repeat(const char *path, int times)
{
	int fd;

	while (times--) {
		fd = open(path, O_RDONLY);
		if (fd < 0)
			err(1, "%s", path);
		close(fd);
	}
}

static int compare(const void *a, const void *b)
{
	const unsigned long long x = *(const unsigned long long *)a;
	const unsigned long long y = *(const unsigned long long *)b;

	return (x > y) - (x < y);
}

/* The median, as a timer tick adds thousands to one batch. */
double opens_cost(void (*repeat)(const char *path, int times), const char *path)
{
	unsigned long long batch[BATCHES], start;

	repeat(path, 1);
	for (int b = 0; b < BATCHES; b++) {
		start = __rdtsc();
		repeat(path, CALLS);
		batch[b] = __rdtsc() - start;
	}
	qsort(batch, BATCHES, sizeof(batch[0]), compare);
	return (double)batch[BATCHES / 2] / CALLS;
}

void opens_restrict(void)
{
	int root = open("/", O_PATH | O_CLOEXEC);

	if (root < 0)
		err(1, "/");
	sandbox_reads_below(root);
	close(root);
}
