// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "maps.h"
#include "pathward.h"
#include "walk.skel.h"

static unsigned int at_least_one(unsigned int n)
{
	return n ?: 1;
}

void maps_size(struct walk_bpf *skeleton, const struct objects *objects)
{
	bpf_map__set_max_entries(skeleton->maps.rule_info,
				 at_least_one(objects->rules));
	bpf_map__set_max_entries(skeleton->maps.exceptions,
				 at_least_one(objects->programs));
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

static int fill_exceptions(struct walk_bpf *skeleton,
			   const struct objects *objects, unsigned int n,
			   __u32 rights)
{
	struct pathward_exception key = { .rule = n + 1 };
	unsigned int i;
	int err = 0;

	for (i = objects->first_program[n];
	     i < objects->first_program[n + 1] && !err; i++) {
		key.exe = i + 1;
		err = executable_id(skeleton, objects->program[i].fd, &key.exe);
		if (!err)
			err = update(skeleton->maps.exceptions, &key, &rights,
				     BPF_ANY);
	}
	return err;
}

static int fill_rule(struct walk_bpf *skeleton, const struct objects *objects,
		     unsigned int n, const struct rule *rule)
{
	struct pathward_rule value = {
		.id = n + 1,
		.mentions = rule->allow | rule->deny,
		.allow = rule->allow,
		.excepted = rule->except_count ? rule->deny : 0,
	};
	struct pathward_rule_info info = {
		.line = objects->rule[n].at.line,
		.allow = rule->allow,
		.deny = rule->deny,
		.exceptions = rule->except_count,
	};
	int err;

	strncpy(info.path, rule->path, sizeof(info.path) - 1);
	err = update(skeleton->maps.rule_info, &n, &info, BPF_ANY);
	if (!err)
		err = fill_exceptions(skeleton, objects, n, rule->deny);
	if (!err)
		err = update(skeleton->maps.rules, &objects->rule[n].fd, &value,
			     BPF_NOEXIST);
	return err;
}

static int fill_policy(struct walk_bpf *skeleton, const struct policy *policy)
{
	struct pathward_config config = {
		.state = PATHWARD_EMPTY,
		.mode = policy->mode,
		.default_allow = policy->default_deny ? 0 : PATHWARD_ALL,
		.rules = policy->rules_count,
	};
	struct pathward_policy_info info = { .loaded = time(NULL) };
	int cpus = libbpf_num_possible_cpus();
	__u32 key = 0;

	if (cpus < 0)
		return cpus;
	config.cpus = cpus;
	if (!realpath(policy->file, info.file))
		strncpy(info.file, policy->file, sizeof(info.file) - 1);
	return update(skeleton->maps.policy_info, &key, &info, BPF_ANY) ?:
		       update(skeleton->maps.settings, &key, &config, BPF_ANY);
}

enum exit_code maps_fill(struct walk_bpf *skeleton, const struct policy *policy,
			 const struct objects *objects)
{
	unsigned int n;
	int err;

	for (n = 0; n < objects->rules; n++) {
		err = fill_rule(skeleton, objects, n, &policy->rules[n]);
		if (err)
			return fail_at(
				EXIT_OTHER, policy->file, objects->rule[n].at,
				"%s: the kernel takes no rule for it: %s",
				policy->rules[n].path, strerror(-err));
	}
	err = fill_policy(skeleton, policy);
	return err ? fail(EXIT_OTHER, "maps settings and policy_info: %s",
			  strerror(-err)) :
		     EXIT_OK;
}
