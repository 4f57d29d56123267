/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line asks for, see loader.c. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

struct options {
	bool json;
	bool verbose;
	bool drain; /* events: end after those that are there */
	unsigned long count; /* events: end after so many; 0: no */
};

extern struct options options;

#endif
