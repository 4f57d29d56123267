// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call stat() for files at several depths. insns.sh counts the instructions.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "opens.h"

#define STATS 200
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

int main(void)
{
	opens_make_files(depths, NR_DEPTHS, files);
	for (int b = 0; b < BATCHES; b++) {
		for (size_t i = 0; i < NR_DEPTHS; i++) {
			stat_repeat(files[i], 1);
			opens_mark();
			stat_repeat(files[i], STATS);
			opens_mark();
		}
	}
	return 0;
}
