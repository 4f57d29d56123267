// SPDX-License-Identifier: GPL-2.0-only
/* Random numbers and names of files, made from seeds */
#include <stdio.h>
#include <string.h>

#include "internal.h"

__u64 random_next(__u64 *state)
{
	__u64 x = *state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

/* Make a short name, or one of any length up to 255, and of any bytes. */
void random_name(const struct op *op, int nr, char *name)
{
	__u64 state = op->name + nr;
	int kind = random_next(&state) % 8, length;

	if (op->plain || kind < 4) {
		sprintf(name, "%c%d", letters[op->kind], op->label / LABELS);
		if (nr)
			sprintf(name + strlen(name), ".%d", nr);
		return;
	}
	length = kind == 4 ? 255 : 1 + random_next(&state) % 255;
	for (int i = 0; i < length; i++) {
		unsigned char byte = random_next(&state) >> 20;

		if (kind < 6 || !byte || byte == '/' || length < 3)
			byte = letters[byte % 36];
		name[i] = byte;
	}
	name[length] = '\0';
}
