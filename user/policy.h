/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy, read from its file. The format is described in docs/policy.md. */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include "error.h"

#define POLICY_RULES_MAX 1024
#define POLICY_EXCEPT_MAX 64

/* A program that a rule excepts */
struct program {
	char *path;
	struct position at;
};

/* A key that is not in the file has the line 0. */
struct rule {
	struct position at;
	char *path;
	struct position path_at;
	uint32_t allow; /* rights */
	struct position allow_at;
	uint32_t deny; /* rights */
	struct position deny_at;
	bool rights_wrong; /* an error in them has been reported */
	struct program *except;
	unsigned int except_count;
	struct position except_at;
};

struct policy {
	const char *file;
	int mode; /* enum pathward_mode */
	int default_deny;
	struct rule *rules;
	unsigned int rules_count;
};

/*
 * Read the policy in @file, which is to outlive @policy. All errors that can be
 * found are reported, in the order of the file. The time that this takes is
 * bounded by the size of the file, whatever is in it. The caller calls
 * policy_free(), also after an error.
 */
enum exit_code policy_read(struct policy *policy, const char *file);

void policy_free(struct policy *policy);

#endif
