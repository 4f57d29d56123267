// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "events.h"
#include "options.h"
#include "text.h"

static const char *const reasons[PATHWARD_REASONS] = {
	[PATHWARD_BY_RULE] = "rule",
	[PATHWARD_BY_DEFAULT] = "default",
	[PATHWARD_DISCONNECTED] = "disconnected",
	[PATHWARD_TOO_DEEP] = "too-deep",
	[PATHWARD_NO_MEMORY] = "no-memory",
	[PATHWARD_WALK_FAILED] = "walk-failed",
	[PATHWARD_NO_WALK] = "no-walk",
	[PATHWARD_DISTURBED] = "disturbed",
};

static const char *reason_name(const struct pathward_event *event)
{
	return event->reason < PATHWARD_REASONS ? reasons[event->reason] :
						  "unknown";
}

static const char *verdict_name(const struct pathward_event *event)
{
	return event->verdict == PATHWARD_AUDITED ? "audited" : "denied";
}

static long long to_ns(const struct timespec *t)
{
	return t->tv_sec * 1000000000LL + t->tv_nsec;
}

/* The event's time of day, in UTC. */
static void format_time(const struct pathward_event *event, char *text,
			size_t size)
{
	struct timespec boot, real;
	char day[32];
	long long ns;
	time_t s;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_REALTIME, &real);
	ns = to_ns(&real) - to_ns(&boot) + (long long)event->time_ns;
	s = ns / 1000000000;
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", gmtime(&s));
	snprintf(text, size, "%s.%06lldZ", day, ns / 1000 % 1000000);
}

static void print_json(const struct pathward_event *event, const char *time,
		       const struct pathward_rule_info *rule)
{
	json_t *object = json_object();
	json_t *of_rule;

	json_object_set_new(object, "time", json_string(time));
	json_object_set_new(object, "verdict",
			    json_string(verdict_name(event)));
	json_object_set_new(object, "wanted", rights_json(event->wanted));
	json_object_set_new(object, "denied", rights_json(event->denied));
	if (event->path_len < 0) {
		json_set_text(object, "name", event->path);
		json_object_set_new(
			object, "path_error",
			json_string(strerrorname_np(-event->path_len)));
	} else {
		json_set_text(object, "path", event->path);
	}
	json_object_set_new(object, "reason", json_string(reason_name(event)));
	if (rule) {
		of_rule = json_pack("{si si}", "id", event->rule, "line",
				    rule->line);
		json_set_text(of_rule, "path", rule->path);
		json_object_set_new(object, "rule", of_rule);
	}
	if (event->walk_error)
		json_object_set_new(
			object, "walk_error",
			json_string(strerrorname_np(-event->walk_error)));
	json_set_text(object, "comm", event->comm);
	json_object_set_new(object, "pid", json_integer(event->pid));
	json_object_set_new(object, "tid", json_integer(event->tid));
	json_object_set_new(object, "uid", json_integer(event->uid));
	json_print_line(object);
}

static void print_line(const struct pathward_event *event, const char *time,
		       const struct pathward_rule_info *rule)
{
	printf("%s %s %s ", time, verdict_name(event),
	       rights_text(event->denied));
	if (event->path_len < 0)
		fputs(".../", stdout);
	print_text(stdout, event->path);
	if (rule) {
		printf(" by rule %u ", event->rule);
		print_text(stdout, rule->path);
		printf(" (line %u)", rule->line);
	} else {
		printf(" by %s", reason_name(event));
	}
	if (event->walk_error)
		printf(" (%s)", strerrorname_np(-event->walk_error));
	fputs(": ", stdout);
	print_text(stdout, event->comm);
	printf(" pid %u uid %u\n", event->pid, event->uid);
	fflush(stdout);
}

void event_print(const struct pathward_event *event, int rules)
{
	struct pathward_rule_info rule;
	__u32 key = event->rule - 1;
	bool named;
	char time[48];

	format_time(event, time, sizeof(time));
	named = event->rule && !bpf_map_lookup_elem(rules, &key, &rule);
	if (options.json)
		print_json(event, time, named ? &rule : NULL);
	else
		print_line(event, time, named ? &rule : NULL);
}
