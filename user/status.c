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
#include "pins.h"
#include "record.h"
#include "state.h"
#include "status.h"
#include "text.h"
#include "util.h"

struct loaded {
	struct pathward_config config;
	struct pathward_counters counters;
	json_t *record; /* see record.h; with the state of each object */
	char since[32];
};

static void release(struct loaded *loaded)
{
	json_decref(loaded->record);
}

static void set_state(json_t *object, const char *state)
{
	json_object_set_new(object, "state", json_string(state));
}

static void add_states(json_t *record)
{
	__cleanup(state_end) struct state_reader reader;
	json_t *rule, *program;
	size_t n, i;

	state_begin(&reader, record);
	json_array_foreach(json_object_get(record, "rules"), n, rule)
	{
		set_state(rule, state_of_rule(&reader, rule));
		json_array_foreach(json_object_get(rule, "except"), i, program)
			set_state(program, state_of_program(&reader, program));
	}
}

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
	if (err == -ENOENT) /* unloaded just now */
		return fail(EXIT_NOT_LOADED, "no policy is loaded");
	if (err)
		return pins_fail(PIN_NAME, err);
	loaded->record = record_read();
	if (!loaded->record)
		return fail(EXIT_OTHER, "%s/policy: cannot be read", PIN_DIR);
	since = json_integer_value(json_object_get(loaded->record, "loaded"));
	strftime(loaded->since, sizeof(loaded->since), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime(&since));
	add_states(loaded->record);
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

static enum exit_code print_json(struct loaded *loaded)
{
	json_t *object = loaded->record;

	json_object_del(object, "mount_namespace");
	json_object_set_new(object, "loaded", json_true());
	json_object_set_new(object, "since", json_string(loaded->since));
	json_object_set_new(object, "mode", json_string(mode_name(loaded)));
	json_object_set_new(object, "default",
			    json_string(default_name(loaded)));
	json_object_set_new(object, "counters",
			    counters_json(&loaded->counters));
	json_print_line(json_incref(object));
	return EXIT_OK;
}

static void print_state(const json_t *object)
{
	const char *state = json_string_value(json_object_get(object, "state"));
	const char *text = state_text(state);

	if (text)
		printf("  [%s]", text);
}

static void print_rights(const json_t *rule, const char *key)
{
	json_t *right;
	size_t i;

	json_array_foreach(json_object_get(rule, key), i, right)
	{
		if (i == 0)
			printf("  %s ", key);
		printf("%s%s", i ? "," : "", json_string_value(right));
	}
}

static void print_rule(const json_t *rule)
{
	json_t *program;
	size_t i;

	printf("  %-3lld ",
	       (long long)json_integer_value(json_object_get(rule, "id")));
	record_print_object(rule);
	print_rights(rule, "allow");
	print_rights(rule, "deny");
	printf("  (line %lld)",
	       (long long)json_integer_value(json_object_get(rule, "line")));
	print_state(rule);
	putchar('\n');
	json_array_foreach(json_object_get(rule, "except"), i, program)
	{
		fputs("      except ", stdout);
		record_print_object(program);
		print_state(program);
		putchar('\n');
	}
}

static enum exit_code print_human(const struct loaded *loaded)
{
	const struct pathward_counters *c = &loaded->counters;
	__cleanup(free_pointer) char *file =
		record_name(loaded->record, "file");
	json_t *rule;
	size_t n;

	fputs("policy   ", stdout);
	print_name(stdout, file ?: "");
	printf("\nloaded   %s\nmode     %s\ndefault  %s\n", loaded->since,
	       mode_name(loaded), default_name(loaded));
	printf("opens    %llu: %llu allowed, %llu denied, %llu audited\n",
	       opens(c), c->allowed, c->denied, c->audited);
	printf("errors   %llu walks failed, %llu events lost\n", c->walk_errors,
	       c->events_lost);
	printf("rules    %u\n", loaded->config.rules);
	json_array_foreach(json_object_get(loaded->record, "rules"), n, rule)
		print_rule(rule);
	return EXIT_OK;
}

enum exit_code status(void)
{
	__cleanup(release) struct loaded loaded = {};
	enum exit_code err = read_loaded(&loaded);

	if (err)
		return err;
	return options.json ? print_json(&loaded) : print_human(&loaded);
}
