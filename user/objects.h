/* SPDX-License-Identifier: GPL-2.0-only */
/* The files and directories that a policy names. */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "mountinfo.h"
#include "policy.h"

struct object {
	const char *path; /* as the policy has it */
	struct position at;
	int fd; /* O_PATH */
	mode_t mode;
	dev_t dev;
	ino_t ino;
	nlink_t links;
	unsigned long magic; /* of the filesystem, see statfs() */
	int mount_id; /* or -1 */
	char *resolved; /* where the path led, or NULL: unknown */
	const struct mount_entry *mount; /* or NULL: not seen from here */
};

struct rule_objects {
	struct object self;
	struct object *program; /* that the rule excepts */
	unsigned int programs;
};

struct objects {
	const char *file; /* the policy, for messages */
	struct rule_objects *rule;
	unsigned int rules;
	struct mountinfo mounts;
};

/*
 * Open every object of the policy. Reports all errors; returns an exit code.
 * objects_close() is for both cases.
 */
enum exit_code objects_open(struct objects *objects,
			    const struct policy *policy);
void objects_close(struct objects *objects);

/* Call @visit for each object until it returns another code than EXIT_OK. */
enum exit_code objects_each(const struct objects *objects,
			    enum exit_code (*visit)(const struct object *object,
						    void *data),
			    void *data);

/* Return true if both are one object of one filesystem, as stat() tells. */
bool object_same(const struct object *a, const struct object *b);

/* Return true if the path led to another name than its own. */
bool object_was_led(const struct object *object);

/* Return "directory", "file", "character device" and so on. */
const char *object_type(mode_t mode);

#endif
