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
	struct object *rule;
	struct object *program;
	unsigned int *first_program;
	unsigned int rules;
	unsigned int programs;
};

/* Both report what is wrong and return an exit code. */
int objects_open(struct objects *objects, const struct policy_text *text,
		 const struct policy *policy);
void objects_close(struct objects *objects);

/*
 * Keep the inodes of all objects in memory, and with them the rules that are
 * attached to them, also after this process has ended.
 */
int objects_pin(const struct objects *objects);
void objects_unpin(void);
bool objects_pinned(void);
bool objects_half_pinned(void);

#endif
