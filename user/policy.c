// SPDX-License-Identifier: GPL-2.0-only
/* The schema of a policy, and libcyaml's complaints put in plain words. */
#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "pathward.h"
#include "policy.h"

static const cyaml_strval_t right_names[] = {
	{ "read", PATHWARD_READ },
	{ "write", PATHWARD_WRITE },
};

static const cyaml_strval_t mode_names[] = {
	{ "enforce", PATHWARD_ENFORCE },
	{ "audit", PATHWARD_AUDIT },
};

static const cyaml_strval_t default_names[] = {
	{ "allow", false },
	{ "deny", true },
};

static const cyaml_schema_value_t program_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, PATHWARD_PATH_MAX - 1),
};

#define OPTIONAL_STRICT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT)

static const cyaml_schema_field_t rule_fields[] = {
	CYAML_FIELD_STRING_PTR("path", CYAML_FLAG_POINTER, struct rule, path, 1,
			       PATHWARD_PATH_MAX - 1),
	CYAML_FIELD_FLAGS("allow", OPTIONAL_STRICT, struct rule, allow,
			  right_names, CYAML_ARRAY_LEN(right_names)),
	CYAML_FIELD_FLAGS("deny", OPTIONAL_STRICT, struct rule, deny,
			  right_names, CYAML_ARRAY_LEN(right_names)),
	CYAML_FIELD_SEQUENCE("except", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			     struct rule, except, &program_schema, 1,
			     POLICY_EXCEPT_MAX),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct rule, rule_fields),
};

static const cyaml_schema_field_t policy_fields[] = {
	CYAML_FIELD_UINT("version", CYAML_FLAG_DEFAULT, struct policy, version),
	CYAML_FIELD_ENUM("mode", OPTIONAL_STRICT, struct policy, mode,
			 mode_names, CYAML_ARRAY_LEN(mode_names)),
	CYAML_FIELD_ENUM("default", OPTIONAL_STRICT, struct policy,
			 default_deny, default_names,
			 CYAML_ARRAY_LEN(default_names)),
	CYAML_FIELD_SEQUENCE("rules", CYAML_FLAG_POINTER, struct policy, rules,
			     &rule_schema, 0, POLICY_RULES_MAX),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t policy_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct policy, policy_fields),
};

/* What libcyaml said: the problem, and the first lines of its backtrace */
struct complaint {
	char problem[512];
	char field[32];
	struct position at;
	struct position entry; /* the element of a list that it is in */
};

/* One line of the backtrace, innermost first; false if it is none. */
static bool trace(struct complaint *complaint, const char *line)
{
	struct position at;
	char field[32] = "";
	unsigned int n;

	if (sscanf(line, " in sequence entry '%u' (line: %u, column: %u)", &n,
		   &at.line, &at.column) == 3) {
		if (!complaint->entry.line)
			complaint->entry = at;
	} else if (sscanf(line,
			  " in mapping field '%31[^']' (line: %u, column: %u)",
			  field, &at.line, &at.column) == 3) {
		if (!complaint->field[0])
			memcpy(complaint->field, field, sizeof(field));
	} else if (sscanf(line, " in mapping (line: %u, column: %u)", &at.line,
			  &at.column) != 2) {
		return strstr(line, "Backtrace:");
	}
	if (!complaint->at.line)
		complaint->at = at;
	return true;
}

static void listen(cyaml_log_t level, void *context, const char *format,
		   va_list arguments)
{
	struct complaint *complaint = context;
	char line[512];

	(void)level;
	vsnprintf(line, sizeof(line), format, arguments);
	line[strcspn(line, "\n")] = '\0';
	if (!trace(complaint, line) && !complaint->problem[0])
		snprintf(complaint->problem, sizeof(complaint->problem), "%s",
			 line + (strncmp(line, "Load: ", 6) ? 0 : 6));
}

static const char *expected(const char *field)
{
	static const char *const table[][2] = {
		{ "version", "1" },
		{ "mode", "enforce or audit" },
		{ "default", "allow or deny" },
		{ "rules", "a list of rules, each with path, allow or deny" },
		{ "path", "an absolute path" },
		{ "allow",
		  "a list of rights: [read], [write] or [read, write]" },
		{ "deny",
		  "a list of rights: [read], [write] or [read, write]" },
		{ "except", "a list of absolute paths of programs" },
	};
	size_t i;

	for (i = 0; i < CYAML_ARRAY_LEN(table); i++) {
		if (!strcmp(table[i][0], field))
			return table[i][1];
	}
	return NULL;
}

/* The words behind @prefix in what libcyaml said, or NULL. */
static char *behind(struct complaint *complaint, const char *prefix)
{
	char *found = strstr(complaint->problem, prefix);

	return found ? found + strlen(prefix) : NULL;
}

static int refuse_key(const struct policy_text *text, struct complaint *c,
		      const char *key, const char *what)
{
	/* libcyaml names the place before the key */
	c->at = policy_position_of_text(text, c->at, key);
	return fail_at(EXIT_POLICY, text->file, c->at, "%s '%s'; %s", what, key,
		       c->entry.line ?
			       "a rule has path, allow, deny, except" :
			       "a policy has version, mode, default, rules");
}

/* What stands there instead of what was expected */
static void found_instead(struct complaint *c, const char *otherwise,
			  char *text, size_t size)
{
	const char *word;

	if (behind(c, "got event: SCALAR"))
		snprintf(text, size, "a single value");
	else if (behind(c, "got event: SEQUENCE_START"))
		snprintf(text, size, "a list");
	else if (behind(c, "got event: MAPPING_START"))
		snprintf(text, size, "keys and values");
	else if (behind(c, "STRING length < "))
		snprintf(text, size, "an empty one");
	else if ((word = behind(c, " value: ")))
		snprintf(text, size, *word == '\'' ? "%s" : "'%s'", word);
	else
		snprintf(text, size, "what is here (%s)",
			 c->problem[0] ? c->problem : otherwise);
}

static int refuse_value(const struct policy_text *text, struct complaint *c,
			const char *otherwise)
{
	const char *want = expected(c->field);
	char instead[600];

	if (!want)
		return fail_at(EXIT_POLICY, text->file, c->at, "%s",
			       c->problem[0] ? c->problem : otherwise);
	found_instead(c, otherwise, instead, sizeof(instead));
	return fail_at(EXIT_POLICY, text->file, c->at,
		       "%s: expected %s, not %s", c->field, want, instead);
}

static int explain(const struct policy_text *text, struct complaint *c,
		   cyaml_err_t err)
{
	const struct position top = { 1, 1 };
	const char *word;

	if (!c->at.line)
		c->at = top;
	if ((word = behind(c, "Unexpected key: ")))
		return refuse_key(text, c, word, "unknown key");
	if ((word = behind(c, "field already seen: ")))
		return refuse_key(text, c, word, "twice the key");
	if ((word = behind(c, "required mapping field: ")))
		return fail_at(EXIT_POLICY, text->file,
			       c->entry.line ? c->entry : top,
			       "the key '%s' is missing", word);
	if ((word = behind(c, "Unknown flag: ")))
		return fail_at(EXIT_POLICY, text->file,
			       policy_position_of_text(text, c->at, word),
			       "unknown right '%s'; there are read and write",
			       word);
	if (err == CYAML_ERR_ALIAS)
		return fail_at(
			EXIT_POLICY, text->file, c->at,
			"aliases (*name) are not accepted: write it out");
	if (err == CYAML_ERR_SEQUENCE_ENTRIES_MAX)
		return fail_at(
			EXIT_POLICY, text->file, c->at,
			"too many: at most %d rules, and %d programs excepted from one",
			POLICY_RULES_MAX, POLICY_EXCEPT_MAX);
	if (err == CYAML_ERR_SEQUENCE_ENTRIES_MIN)
		return fail_at(
			EXIT_POLICY, text->file, c->at,
			"an empty list: name a program, or remove the key");
	return refuse_value(text, c, cyaml_strerror(err));
}

static cyaml_config_t configuration(struct complaint *complaint)
{
	return (cyaml_config_t){
		.log_fn = listen,
		.log_ctx = complaint,
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = cyaml_mem,
		.flags = CYAML_CFG_NO_ALIAS,
	};
}

int policy_parse(const struct policy_text *text, struct policy **policy)
{
	struct complaint complaint = {};
	cyaml_config_t config = configuration(&complaint);
	cyaml_err_t err;

	err = cyaml_load_data((const uint8_t *)text->data, text->size, &config,
			      &policy_schema, (cyaml_data_t **)policy, NULL);
	if (err == CYAML_ERR_OOM)
		return fail(EXIT_OTHER, "out of memory");
	if (err != CYAML_OK)
		return explain(text, &complaint, err);
	if (!*policy) /* every key is missing */
		return fail_at(EXIT_POLICY, text->file,
			       (struct position){ 1, 1 },
			       "the key 'version' is missing");
	return EXIT_OK;
}

void policy_free(struct policy **policy)
{
	struct complaint complaint = {};
	cyaml_config_t config = configuration(&complaint);

	cyaml_free(&config, &policy_schema, *policy, 0);
	*policy = NULL;
}
