// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call stat() and access() for files at several depths. insns.sh counts the
 * instructions.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opens.h"

#define CALLS 200
#define BATCHES 5

static const int depths[] = { 1, 10, 30 };

#define NR_DEPTHS (sizeof(depths) / sizeof(depths[0]))

static char files[NR_DEPTHS][FILE_PATH];

static void stat_repeat(const char *path, int times)
{
	struct stat st;

	while (times--)
		if (stat(path, &st))
			err(1, "%s", path);
}

static void access_repeat(const char *path, int times)
{
	while (times--)
		if (access(path, R_OK))
			err(1, "%s", path);
}

static void count(void (*repeat)(const char *path, int times), const char *path)
{
	repeat(path, 1);
	opens_mark();
	repeat(path, CALLS);
	opens_mark();
}

int main(void)
{
	opens_make_files(depths, NR_DEPTHS, files);
	for (int b = 0; b < BATCHES; b++) {
		for (size_t i = 0; i < NR_DEPTHS; i++)
			count(stat_repeat, files[i]);
		for (size_t i = 0; i < NR_DEPTHS; i++)
			count(access_repeat, files[i]);
	}
	return 0;
}
