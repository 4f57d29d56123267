/* SPDX-License-Identifier: GPL-2.0-only */
/* The files and directories that a policy names. */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "policy.h"

struct object {
	const char *path;
	struct position at;
	int fd; /* O_PATH */
	mode_t mode;
	dev_t dev;
	ino_t ino;
};

/* Rule n's own is rule[n]; its excepted programs start at first_program[n]. */
struct objects {
	const char *file; /* the policy, for messages */
	struct object *rule;
	struct object *program;
	unsigned int *first_program;
	unsigned int rules;
	unsigned int programs;
};

/* Opens all of them. Reports what is wrong and returns an exit code. */
enum exit_code objects_open(struct objects *objects,
			    const struct policy *policy);

/* Also after objects_open() has failed */
void objects_close(struct objects *objects);

#endif
