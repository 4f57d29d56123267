// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "maps.h"
#include "pathward.h"
#include "walk.skel.h"

static unsigned int at_least_one(unsigned int n)
{
	return n ?: 1;
}

void maps_size(struct walk_bpf *skeleton, const struct objects *objects,
	       const char *record)
{
	unsigned int n, programs = 0;

	for (n = 0; n < objects->rules; n++)
		programs += objects->rule[n].programs;
	bpf_map__set_value_size(skeleton->maps.policy, strlen(record) + 1);
	bpf_map__set_max_entries(skeleton->maps.exceptions,
				 at_least_one(programs));
}

static int update(const struct bpf_map *map, const void *key, const void *value,
		  __u64 flags)
{
	return bpf_map_update_elem(bpf_map__fd(map), key, value, flags);
}

/* A program that several rules except has the id that it got first. */
static int executable_id(struct walk_bpf *skeleton, int fd, __u32 *id)
{
	int map = bpf_map__fd(skeleton->maps.executables);
	int err = bpf_map_update_elem(map, &fd, id, BPF_NOEXIST);

	return err == -EEXIST ? bpf_map_lookup_elem(map, &fd, id) : err;
}

/* @first is the id of the rule's first program. Returns 0 or -errno. */
static int fill_exceptions(struct walk_bpf *skeleton,
			   const struct rule_objects *of_rule,
			   unsigned int rule, __u32 first, __u32 rights)
{
	struct pathward_exception key = { .rule = rule };
	unsigned int i;
	int err = 0;

	for (i = 0; i < of_rule->programs && !err; i++) {
		key.exe = first + i;
		err = executable_id(skeleton, of_rule->program[i].fd, &key.exe);
		if (!err)
			err = update(skeleton->maps.exceptions, &key, &rights,
				     BPF_ANY);
	}
	return err;
}

/* Returns 0 or -errno: -EEXIST if the inode has a rule already. */
static int fill_rule(struct walk_bpf *skeleton,
		     const struct rule_objects *of_rule, unsigned int id,
		     const struct rule *rule)
{
	struct pathward_rule value = {
		.id = id,
		.mentions = rule->allow | rule->deny,
		.allow = rule->allow,
		.excepted = rule->except_count ? rule->deny : 0,
	};

	return update(skeleton->maps.rules, &of_rule->self.fd, &value,
		      BPF_NOEXIST);
}

static enum exit_code fill_rules(struct walk_bpf *skeleton,
				 const struct policy *policy,
				 const struct objects *objects)
{
	const struct rule_objects *of_rule;
	__u32 first_program = 1;
	unsigned int n;
	int err;

	for (n = 0; n < objects->rules; n++) {
		of_rule = &objects->rule[n];
		err = fill_exceptions(skeleton, of_rule, n + 1, first_program,
				      policy->rules[n].deny);
		if (!err)
			err = fill_rule(skeleton, of_rule, n + 1,
					&policy->rules[n]);
		if (err)
			return fail_at(EXIT_OTHER, objects->file,
				       of_rule->self.at,
				       "%s: cannot attach the rule: %s",
				       of_rule->self.path, strerror(-err));
		first_program += of_rule->programs;
	}
	return EXIT_OK;
}

/* Return the rights that an open can be denied at all. */
static __u32 deniable(const struct policy *policy)
{
	__u32 rights = policy->default_deny ? PATHWARD_ALL : 0;
	unsigned int n;

	for (n = 0; n < policy->rules_count; n++)
		rights |= policy->rules[n].deny;
	return rights;
}

/* Returns 0 or -errno. */
static int fill_policy(struct walk_bpf *skeleton, const struct policy *policy,
		       const char *record)
{
	struct pathward_config config = {
		.state = PATHWARD_EMPTY,
		.mode = policy->mode,
		.default_allow = policy->default_deny ? 0 : PATHWARD_ALL,
		.deniable = deniable(policy),
		.rules = policy->rules_count,
	};
	int cpus = libbpf_num_possible_cpus();
	__u32 key = 0;

	if (cpus < 0)
		return cpus;
	config.cpus = cpus;
	return update(skeleton->maps.policy, &key, record, BPF_ANY) ?:
		       update(skeleton->maps.settings, &key, &config, BPF_ANY);
}

enum exit_code maps_fill(struct walk_bpf *skeleton, const struct policy *policy,
			 const struct objects *objects, const char *record)
{
	enum exit_code failed = fill_rules(skeleton, policy, objects);
	int err;

	if (failed)
		return failed;
	err = fill_policy(skeleton, policy, record);
	return err ? fail(EXIT_OTHER, "maps settings and policy: %s",
			  strerror(-err)) :
		     EXIT_OK;
}
