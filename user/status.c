// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "counters.h"
#include "error.h"
#include "options.h"
#include "pathward.h"
#include "pin_objects.h"
#include "pins.h"
#include "status.h"
#include "text.h"
#include "util.h"

struct loaded {
	struct pathward_config config;
	struct pathward_policy_info policy;
	struct pathward_counters counters;
	char since[32];
	bool kept;
};

static enum exit_code read_loaded(struct loaded *loaded)
{
	__cleanup(close_fd) int counters = pins_map("counters");
	__cleanup(close_fd) int config = -1;
	time_t since;
	int err;

	err = pins_open_config(&config, &loaded->config);
	if (err)
		return err;
	err = counters < 0 ? counters :
			     counters_read(counters, loaded->config.cpus,
					   &loaded->counters);
	err = err ?: pins_read("policy_info", 0, &loaded->policy);
	if (err == -ENOENT) /* unloaded just now */
		return fail(EXIT_NOT_LOADED, "no policy is loaded");
	if (err)
		return fail(EXIT_OTHER, "%s: %s", PIN_DIR, strerror(-err));
	since = loaded->policy.loaded;
	strftime(loaded->since, sizeof(loaded->since), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime(&since));
	loaded->kept = objects_pinned();
	return EXIT_OK;
}

static const char *mode_name(const struct loaded *loaded)
{
	return loaded->config.mode == PATHWARD_AUDIT ? "audit" : "enforce";
}

static const char *default_name(const struct loaded *loaded)
{
	return loaded->config.default_allow ? "allow" : "deny";
}

static unsigned long long opens(const struct pathward_counters *counters)
{
	return counters->allowed + counters->denied + counters->audited;
}

static json_t *counters_json(const struct pathward_counters *c)
{
	return json_pack("{sI sI sI sI sI sI}", "opens", (json_int_t)opens(c),
			 "allowed", (json_int_t)c->allowed, "denied",
			 (json_int_t)c->denied, "audited",
			 (json_int_t)c->audited, "walk_errors",
			 (json_int_t)c->walk_errors, "events_lost",
			 (json_int_t)c->events_lost);
}

static json_t *rule_json(const struct pathward_rule_info *info, unsigned int id)
{
	json_t *rule = json_object();

	json_object_set_new(rule, "id", json_integer(id));
	json_set_text(rule, "path", info->path);
	json_object_set_new(rule, "line", json_integer(info->line));
	json_object_set_new(rule, "allow", rights_json(info->allow));
	json_object_set_new(rule, "deny", rights_json(info->deny));
	json_object_set_new(rule, "exceptions", json_integer(info->exceptions));
	return rule;
}

static enum exit_code print_json(const struct loaded *loaded)
{
	json_t *object = json_object();
	struct pathward_rule_info info;
	json_t *rules = json_array();
	unsigned int n;

	json_object_set_new(object, "loaded", json_true());
	json_set_text(object, "file", loaded->policy.file);
	json_object_set_new(object, "since", json_string(loaded->since));
	json_object_set_new(object, "mode", json_string(mode_name(loaded)));
	json_object_set_new(object, "default",
			    json_string(default_name(loaded)));
	json_object_set_new(object, "kept", json_boolean(loaded->kept));
	for (n = 0; n < loaded->config.rules; n++) {
		if (!pins_read("rule_info", n, &info))
			json_array_append_new(rules, rule_json(&info, n + 1));
	}
	json_object_set_new(object, "rules", rules);
	json_object_set_new(object, "counters",
			    counters_json(&loaded->counters));
	json_print_line(object);
	return EXIT_OK;
}

static void print_rule(const struct pathward_rule_info *info, unsigned int id)
{
	printf("  %-3u ", id);
	print_name(stdout, info->path);
	if (info->allow)
		printf("  allow %s", rights_text(info->allow));
	if (info->deny)
		printf("  deny %s", rights_text(info->deny));
	if (info->exceptions)
		printf("  except %u program%s", info->exceptions,
		       info->exceptions == 1 ? "" : "s");
	printf("  (line %u)\n", info->line);
}

static enum exit_code print_human(const struct loaded *loaded)
{
	const struct pathward_counters *c = &loaded->counters;
	struct pathward_rule_info info;
	unsigned int n;

	fputs("policy   ", stdout);
	print_name(stdout, loaded->policy.file);
	printf("\nloaded   %s\nmode     %s\ndefault  %s\n", loaded->since,
	       mode_name(loaded), default_name(loaded));
	printf("opens    %llu: %llu allowed, %llu denied, %llu audited\n",
	       opens(c), c->allowed, c->denied, c->audited);
	printf("errors   %llu walks failed, %llu events lost\n", c->walk_errors,
	       c->events_lost);
	printf("rules    %u\n", loaded->config.rules);
	for (n = 0; n < loaded->config.rules; n++) {
		if (!pins_read("rule_info", n, &info))
			print_rule(&info, n + 1);
	}
	if (!loaded->kept)
		warn("the rules are no longer kept in memory (/run/pathward/objects was unmounted): unload and load again");
	return EXIT_OK;
}

enum exit_code status(void)
{
	struct loaded loaded = {};
	int err = read_loaded(&loaded);

	if (err)
		return err;
	return options.json ? print_json(&loaded) : print_human(&loaded);
}
