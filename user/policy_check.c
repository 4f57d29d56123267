// SPDX-License-Identifier: GPL-2.0-only
/* Rules that contradict themselves or each other. */
#include <string.h>
#include "pathward.h"
#include "policy_reader.h"
#include "text.h"

static void check_path(struct reader *reader, const struct policy *policy,
		       unsigned int n)
{
	const struct rule *rules = policy->rules;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!rules[i].path || strcmp(rules[i].path, rules[n].path))
			continue;
		reader_wrong(reader, rules[n].path_at, rules[n].path,
			     "make them one", "has a rule already, in line %u",
			     rules[i].path_at.line);
		return;
	}
}

static void check_rights(struct reader *reader, const struct rule *rule)
{
	if (!(rule->allow | rule->deny) && !rule->rights_wrong)
		reader_wrong(reader, rule->path_at, rule->path,
			     "add allow or deny",
			     "neither allows nor denies anything");
	if (rule->allow & rule->deny)
		reader_wrong(reader, rule->deny_at, rule->path, NULL,
			     "both allows and denies %s",
			     rights_text(rule->allow & rule->deny));
}

static void check_except(struct reader *reader, const struct rule *rule)
{
	const struct program *except = rule->except;
	unsigned int i, j;

	if (rule->except_count && !rule->deny && !rule->rights_wrong)
		reader_wrong(reader, rule->except_at, rule->path, NULL,
			     "excepts programs, but denies nothing");
	for (i = 0; i < rule->except_count; i++) {
		for (j = 0; j < i; j++) {
			if (except[i].path && except[j].path &&
			    !strcmp(except[i].path, except[j].path))
				break;
		}
		if (j < i)
			reader_wrong(reader, except[i].at, except[i].path, NULL,
				     "excepted twice");
	}
}

void rule_check(struct reader *reader, const struct policy *policy,
		unsigned int n)
{
	const struct rule *rule = &policy->rules[n];

	if (!rule->path)
		return;
	check_path(reader, policy, n);
	check_rights(reader, rule);
	check_except(reader, rule);
}
