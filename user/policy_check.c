// SPDX-License-Identifier: GPL-2.0-only
/* What a schema cannot say: rules that contradict themselves or each other. */
#include <string.h>
#include "pathward.h"
#include "policy.h"
#include "text.h"

struct check {
	const struct policy_text *text;
	const struct policy *policy;
	int result;
};

#define WRONG(check, rule, key, item, ...)                                \
	((check)->result =                                                \
		 fail_at(EXIT_POLICY, (check)->text->file,                \
			 policy_position((check)->text, rule, key, item), \
			 __VA_ARGS__))

static void check_path(struct check *check, unsigned int n)
{
	const struct rule *rules = check->policy->rules;
	struct position other;
	unsigned int i;

	if (rules[n].path[0] != '/')
		WRONG(check, n, "path", 0,
		      "%s: not absolute: start the path with /", rules[n].path);
	for (i = 0; i < n; i++) {
		if (strcmp(rules[i].path, rules[n].path))
			continue;
		other = policy_position(check->text, i, "path", 0);
		WRONG(check, n, "path", 0,
		      "%s: has a rule already, in line %u: make them one",
		      rules[n].path, other.line);
		return;
	}
}

static void check_rights(struct check *check, unsigned int n)
{
	const struct rule *rule = &check->policy->rules[n];

	if (!(rule->allow | rule->deny))
		WRONG(check, n, "path", 0,
		      "%s: neither allows nor denies anything: add allow or deny",
		      rule->path);
	if (rule->allow & rule->deny)
		WRONG(check, n, "deny", 0, "%s: both allows and denies %s",
		      rule->path, rights_text(rule->allow & rule->deny));
}

static void check_except(struct check *check, unsigned int n)
{
	const struct rule *rule = &check->policy->rules[n];
	unsigned int i, j;

	if (rule->except_count && !rule->deny)
		WRONG(check, n, "except", 0,
		      "%s: excepts programs, but denies nothing", rule->path);
	for (i = 0; i < rule->except_count; i++) {
		if (rule->except[i][0] != '/')
			WRONG(check, n, "except", i,
			      "%s: not absolute: start the path with /",
			      rule->except[i]);
		for (j = 0; j < i; j++) {
			if (!strcmp(rule->except[i], rule->except[j]))
				WRONG(check, n, "except", i,
				      "%s: excepted twice", rule->except[i]);
		}
	}
}

int policy_check(const struct policy_text *text, const struct policy *policy)
{
	struct check check = { text, policy, EXIT_OK };
	unsigned int n;

	if (policy->version != 1)
		WRONG(&check, POLICY_NO_RULE, "version", 0,
		      "version %u is not known to this pathward; it knows 1",
		      policy->version);
	for (n = 0; n < policy->rules_count; n++) {
		check_path(&check, n);
		check_rights(&check, n);
		check_except(&check, n);
	}
	return check.result;
}
