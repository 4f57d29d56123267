// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files at two depths in turn, first without Landlock, then with it.
 * insns.sh counts the instructions.
 */
#include <stdlib.h>

#include "opens.h"

#define OPENS 200
#define BATCHES 5

static const int depths[] = { 10, 30 };

#define NR_DEPTHS (sizeof(depths) / sizeof(depths[0]))

static char files[NR_DEPTHS][FILE_PATH];

static void open_all(void)
{
	for (int b = 0; b < BATCHES; b++) {
		for (size_t i = 0; i < NR_DEPTHS; i++) {
			opens_repeat(files[i], 1);
			opens_mark();
			opens_repeat(files[i], OPENS);
			opens_mark();
		}
	}
}

int main(void)
{
	opens_make_files(depths, NR_DEPTHS, files);
	open_all();
	opens_restrict();
	open_all();
	return 0;
}
