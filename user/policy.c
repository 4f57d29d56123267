// SPDX-License-Identifier: GPL-2.0-only
/* The keys of a policy and of its rules, and how their values are read. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pathward.h"
#include "policy.h"
#include "policy_reader.h"
#include "text.h"
#include "util.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * A key of a mapping. @read reads its value into @to, the object that the
 * mapping describes.
 */
struct key {
	const char *name;
	bool required;
	void (*read)(struct reader *reader, void *to);
};

struct mapping {
	const char *name;
	const struct key *keys; /* up to one without a name */
};

struct choice {
	const char *name;
	int value;
};

static void unknown_key(struct reader *reader, const struct mapping *mapping)
{
	const struct key *key = mapping->keys;
	char known[128];
	size_t n = 0;

	if (!reader_text(reader)) {
		reader_unexpected(reader, mapping->name, "a key");
		return;
	}
	for (; key->name && n < sizeof(known); key++)
		n += snprintf(known + n, sizeof(known) - n, "%s%s",
			      n ? ", " : "", key->name);
	reader_wrong(reader, reader_at(reader), NULL, NULL,
		     "unknown key '%.64s' (known: %s)", reader_text(reader),
		     known);
}

/* Return the key that the reader stands at, or NULL if it is to be skipped. */
static const struct key *find_key(struct reader *reader,
				  const struct mapping *mapping,
				  unsigned int *seen)
{
	const char *name = reader_text(reader);
	const struct key *key = mapping->keys;

	while (name && key->name && strcmp(key->name, name))
		key++;
	if (!name || !key->name) {
		unknown_key(reader, mapping);
		reader_skip(reader);
		return NULL;
	}
	if (*seen & 1U << (key - mapping->keys)) {
		reader_wrong(reader, reader_at(reader), NULL, NULL,
			     "duplicate key '%s'", name);
		return NULL;
	}
	*seen |= 1U << (key - mapping->keys);
	return key;
}

static void read_mapping(struct reader *reader, const struct mapping *mapping,
			 void *to)
{
	const struct position at = reader_at(reader);
	const struct key *key;
	unsigned int seen = 0;

	if (!reader_is(reader, YAML_MAPPING_START_EVENT)) {
		reader_unexpected(reader, mapping->name, "a mapping");
		reader_skip(reader);
		return;
	}
	for (reader_next(reader); reader_in(reader, YAML_MAPPING_END_EVENT);
	     reader_next(reader)) {
		key = find_key(reader, mapping, &seen);
		reader_next(reader);
		if (key)
			key->read(reader, to);
		else
			reader_skip(reader);
	}
	for (key = mapping->keys; key->name; key++) {
		if (key->required && !(seen & 1U << (key - mapping->keys)))
			reader_wrong(reader, at, NULL, NULL, "missing key '%s'",
				     key->name);
	}
}

/*
 * Read a list, each element by @read_item into @to. Report that @expected is
 * expected if it is none.
 */
static void read_list(struct reader *reader, const char *key,
		      const char *expected,
		      void (*read_item)(struct reader *reader, void *to),
		      void *to)
{
	if (!reader_is(reader, YAML_SEQUENCE_START_EVENT)) {
		reader_unexpected(reader, key, expected);
		reader_skip(reader);
		return;
	}
	for (reader_next(reader); reader_in(reader, YAML_SEQUENCE_END_EVENT);
	     reader_next(reader))
		read_item(reader, to);
}

/* Hexadecimal digits to bytes, in place; false if it is something else. */
static bool decode_hex(char *text)
{
	unsigned char *to = (unsigned char *)text;
	unsigned int byte;

	for (; *text; text += 2) {
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]) ||
		    sscanf(text, "%2x", &byte) != 1 || !byte)
			return false;
		*to++ = byte;
	}
	*to = '\0';
	return true;
}

static char *copy_text(struct reader *reader)
{
	char *text = strdup(reader_text(reader));

	if (!text)
		reader_no_memory(reader);
	return text;
}

static void read_hex(struct reader *reader, void *to)
{
	char **path = to;

	if (reader_text(reader)) {
		*path = copy_text(reader);
		if (!*path || decode_hex(*path))
			return;
		free(*path);
		*path = NULL;
	}
	reader_unexpected(reader, "hex", "bytes in hexadecimal");
	reader_skip(reader);
}

static const struct key hex_keys[] = {
	{ "hex", true, read_hex },
	{},
};

static const struct mapping hex_mapping = { "path", hex_keys };

/*
 * Read a path: a text, or the mapping {hex: ...} for one that is not UTF-8.
 * Set @path to NULL or to what was found, even if it is wrong.
 */
static void read_path(struct reader *reader, const char *key, char **path)
{
	const struct position at = reader_at(reader);

	if (reader_is(reader, YAML_MAPPING_START_EVENT))
		read_mapping(reader, &hex_mapping, path);
	else if (reader_text(reader) && *reader_text(reader))
		*path = copy_text(reader);
	else
		reader_unexpected(reader, key, "an absolute path");
	reader_skip(reader);
	if (!*path)
		return;
	if (strlen(*path) >= PATHWARD_PATH_MAX)
		reader_wrong(reader, at, NULL, NULL, "%s: longer than %d bytes",
			     key, PATHWARD_PATH_MAX - 1);
	else if (**path != '/')
		reader_wrong(reader, at, *path, "start the path with /",
			     "not absolute");
}

static void read_rule_path(struct reader *reader, void *to)
{
	struct rule *rule = to;

	rule->path_at = reader_at(reader);
	read_path(reader, "path", &rule->path);
}

static void read_right(struct reader *reader, void *to)
{
	const char *name = reader_text(reader);
	uint32_t right = name ? right_named(name) : 0;

	*(uint32_t *)to |= right;
	if (name && !right)
		reader_wrong(reader, reader_at(reader), NULL, NULL,
			     "unknown right '%.64s' (known: %s)", name,
			     rights_join(PATHWARD_ALL, ", "));
	else if (!name)
		reader_unexpected(reader, "right",
				  rights_join(PATHWARD_ALL, " or "));
	reader_skip(reader);
}

/* Return whether all of the value could be read. */
static bool read_rights(struct reader *reader, const char *key,
			uint32_t *rights)
{
	unsigned int problems = reader->problem_count;

	read_list(reader, key, "a list of rights", read_right, rights);
	return reader->problem_count == problems;
}

static void read_allow(struct reader *reader, void *to)
{
	struct rule *rule = to;

	rule->allow_at = reader_at(reader);
	if (!read_rights(reader, "allow", &rule->allow))
		rule->rights_wrong = true;
}

static void read_deny(struct reader *reader, void *to)
{
	struct rule *rule = to;

	rule->deny_at = reader_at(reader);
	if (!read_rights(reader, "deny", &rule->deny))
		rule->rights_wrong = true;
}

static void read_program(struct reader *reader, void *to)
{
	struct rule *rule = to;
	struct program *grown;

	if (rule->except_count == POLICY_EXCEPT_MAX) {
		reader_wrong(reader, reader_at(reader), NULL, NULL,
			     "too many programs: at most %d in one rule",
			     POLICY_EXCEPT_MAX);
		reader_stop(reader);
		return;
	}
	grown = reader_grow(reader, rule->except, rule->except_count,
			    sizeof(*grown));
	if (!grown)
		return;
	rule->except = grown;
	grown += rule->except_count++;
	*grown = (struct program){ .at = reader_at(reader) };
	read_path(reader, "except", &grown->path);
}

static void read_except(struct reader *reader, void *to)
{
	struct rule *rule = to;

	bool is_list = reader_is(reader, YAML_SEQUENCE_START_EVENT);

	rule->except_at = reader_at(reader);
	read_list(reader, "except", "a list of programs", read_program, rule);
	if (is_list && !rule->except_count)
		reader_wrong(reader, rule->except_at, NULL,
			     "name a program, or remove the key",
			     "except: empty list");
}

static const struct key rule_keys[] = {
	{ "path", true, read_rule_path },
	{ "allow", false, read_allow },
	{ "deny", false, read_deny },
	{ "except", false, read_except },
	{},
};

static const struct mapping rule_mapping = { "rule", rule_keys };

static void read_rule(struct reader *reader, void *to)
{
	struct policy *policy = to;
	unsigned int n = policy->rules_count;
	struct rule *grown;

	if (n == POLICY_RULES_MAX) {
		reader_wrong(reader, reader_at(reader), NULL, NULL,
			     "too many rules: at most %d", POLICY_RULES_MAX);
		reader_stop(reader);
		return;
	}
	grown = reader_grow(reader, policy->rules, n, sizeof(*grown));
	if (!grown)
		return;
	policy->rules = grown;
	policy->rules_count++;
	grown[n] = (struct rule){ .at = reader_at(reader) };
	read_mapping(reader, &rule_mapping, &grown[n]);
	rule_check(reader, policy, n);
}

static void read_rules(struct reader *reader, void *to)
{
	read_list(reader, "rules", "a list of rules", read_rule, to);
}

/* Octal, hexadecimal and signs are refused: "1" is the only version. */
static void read_version(struct reader *reader, void *to)
{
	const char *text = reader_text(reader);

	if (!text || strcmp(text, "1"))
		reader_unexpected(reader, "version", "1");
	reader_skip(reader);
}

/* Read one of two words: 0 for the first, 1 for the second. */
static int read_choice(struct reader *reader, const char *key,
		       const char *first, const char *second)
{
	const char *text = reader_text(reader);
	char expected[64];

	if (text && !strcmp(text, first))
		return 0;
	if (text && !strcmp(text, second))
		return 1;
	snprintf(expected, sizeof(expected), "%s or %s", first, second);
	reader_unexpected(reader, key, expected);
	reader_skip(reader);
	return 0;
}

static void read_mode(struct reader *reader, void *to)
{
	struct policy *policy = to;
	int audit = read_choice(reader, "mode", "enforce", "audit");

	policy->mode = audit ? PATHWARD_AUDIT : PATHWARD_ENFORCE;
}

static void read_default(struct reader *reader, void *to)
{
	struct policy *policy = to;

	policy->default_deny = read_choice(reader, "default", "allow", "deny");
}

static const struct key policy_keys[] = {
	{ "version", true, read_version },
	{ "mode", false, read_mode },
	{ "default", false, read_default },
	{ "rules", true, read_rules },
	{},
};

static const struct mapping policy_mapping = { "policy", policy_keys };

enum exit_code policy_read(struct policy *policy, const char *file)
{
	__cleanup(reader_close) struct reader reader = {};
	enum exit_code err = reader_open(&reader, file);

	if (err)
		return err;
	policy->file = file;
	read_mapping(&reader, &policy_mapping, policy);
	reader_finish(&reader);
	return reader_report(&reader);
}

static void free_rule(struct rule *rule)
{
	unsigned int i;

	for (i = 0; i < rule->except_count; i++)
		free(rule->except[i].path);
	free(rule->except);
	free(rule->path);
}

void policy_free(struct policy *policy)
{
	unsigned int n;

	for (n = 0; n < policy->rules_count; n++)
		free_rule(&policy->rules[n]);
	free(policy->rules);
}
