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

/* Write the event's time of day, in UTC, to @text. */
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

static json_t *rule_json(unsigned int id, const struct pathward_rule_info *rule)
{
	json_t *object = json_pack("{si si}", "id", id, "line", rule->line);

	json_set_text(object, "path", rule->path);
	return object;
}

static void set_error(json_t *object, const char *key, int error)
{
	json_object_set_new(object, key, json_string(strerrorname_np(error)));
}

static json_t *event_json(const struct pathward_event *event, const char *time,
			  const struct pathward_rule_info *rule)
{
	json_t *object = json_pack("{ss ss}", "time", time, "verdict",
				   verdict_name(event));

	json_object_set_new(object, "wanted", rights_json(event->wanted));
	json_object_set_new(object, "denied", rights_json(event->denied));
	json_set_text(object, event->path_len < 0 ? "name" : "path",
		      event->path);
	if (event->path_len < 0)
		set_error(object, "path_error", -event->path_len);
	json_object_set_new(object, "reason", json_string(reason_name(event)));
	if (rule)
		json_object_set_new(object, "rule",
				    rule_json(event->rule, rule));
	if (event->walk_error)
		set_error(object, "walk_error", -event->walk_error);
	json_set_text(object, "comm", event->comm);
	json_object_set_new(object, "pid", json_integer(event->pid));
	json_object_set_new(object, "tid", json_integer(event->tid));
	json_object_set_new(object, "uid", json_integer(event->uid));
	return object;
}

static void print_line(const struct pathward_event *event, const char *time,
		       const struct pathward_rule_info *rule)
{
	printf("%s %s %s ", time, verdict_name(event),
	       rights_text(event->denied));
	if (event->path_len < 0)
		fputs(".../", stdout);
	print_name(stdout, event->path);
	if (rule) {
		printf(" by rule %u ", event->rule);
		print_name(stdout, rule->path);
		printf(" (line %u)", rule->line);
	} else {
		printf(" by %s", reason_name(event));
	}
	if (event->walk_error)
		printf(" (%s)", strerrorname_np(-event->walk_error));
	fputs(": ", stdout);
	print_name(stdout, event->comm);
	printf(" pid %u uid %u\n", event->pid, event->uid);
	fflush(stdout);
}

void event_print(const struct pathward_event *event, int rules)
{
	const struct pathward_rule_info *rule = NULL;
	struct pathward_rule_info info;
	__u32 key = event->rule - 1;
	char time[48];

	format_time(event, time, sizeof(time));
	if (event->rule && !bpf_map_lookup_elem(rules, &key, &info))
		rule = &info;
	if (options.json)
		json_print_line(event_json(event, time, rule));
	else
		print_line(event, time, rule);
}
