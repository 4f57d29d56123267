/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy's text: YAML to rules. docs/policy.md is its reference. */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <yaml.h>
#include "error.h"

#define POLICY_RULES_MAX 1024
#define POLICY_EXCEPT_MAX 64
#define POLICY_NO_RULE (-1)

struct rule {
	char *path;
	uint32_t allow;
	uint32_t deny;
	char **except;
	uint32_t except_count;
};

struct policy {
	uint32_t version;
	int mode; /* enum pathward_mode */
	int default_deny;
	struct rule *rules;
	uint32_t rules_count;
};

/* The text again, as libyaml sees it: libcyaml keeps no positions. */
struct policy_text {
	const char *file;
	char *data;
	size_t size;
	yaml_document_t document;
	bool parsed;
};

/* All report what is wrong and return an exit code. */
int policy_text_read(struct policy_text *text, const char *file);
int policy_parse(const struct policy_text *text, struct policy **policy);
int policy_check(const struct policy_text *text, const struct policy *policy);

void policy_text_free(struct policy_text *text);
void policy_free(struct policy **policy);

/*
 * Where the value of @key is: of rule number @rule, or at the top with
 * POLICY_NO_RULE; its element number @item if it is a list. The rule itself if
 * it has no such key.
 */
struct position policy_position(const struct policy_text *text, int rule,
				const char *key, unsigned int item);

/* Where @value first stands at or behind @from, or else @from. */
struct position policy_position_of_text(const struct policy_text *text,
					struct position from,
					const char *value);

#endif
