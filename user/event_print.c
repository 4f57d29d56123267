// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "events.h"
#include "options.h"
#include "record.h"
#include "text.h"
#include "util.h"

static const char *const reasons[PATHWARD_REASONS] = {
	[PATHWARD_BY_RULE] = "rule",
	[PATHWARD_BY_DEFAULT] = "default",
	[PATHWARD_DISCONNECTED] = "disconnected",
	[PATHWARD_TOO_DEEP] = "too-deep",
	[PATHWARD_NO_MEMORY] = "no-memory",
	[PATHWARD_WALK_FAILED] = "walk-failed",
	[PATHWARD_NO_WALK] = "no-walk",
	[PATHWARD_DISTURBED] = "disturbed",
	[PATHWARD_USER_MOUNT] = "user-mount",
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

static void copy(json_t *to, const json_t *from, const char *key)
{
	json_t *value = json_object_get(from, key);

	if (value)
		json_object_set(to, key, value);
}

static json_t *rule_json(const json_t *rule)
{
	json_t *object = json_object();

	copy(object, rule, "id");
	copy(object, rule, "path");
	copy(object, rule, "path_hex");
	copy(object, rule, "line");
	return object;
}

/* Print the rule's number, path and line. */
static void print_rule(const json_t *rule)
{
	__cleanup(free_pointer) char *path = record_name(rule, "path");

	printf("rule %lld ",
	       (long long)json_integer_value(json_object_get(rule, "id")));
	print_name(stdout, path ?: "");
	printf(" (line %lld)",
	       (long long)json_integer_value(json_object_get(rule, "line")));
}

static void set_error(json_t *object, const char *key, int error)
{
	json_object_set_new(object, key, json_string(strerrorname_np(error)));
}

static json_t *event_json(const struct pathward_event *event, const char *time,
			  const json_t *rule)
{
	json_t *object = json_pack("{ss ss}", "time", time, "verdict",
				   verdict_name(event));

	json_object_set_new(object, "wanted", rights_json(event->wanted));
	json_object_set_new(object, "denied", rights_json(event->denied));
	json_set_text(object, event->path_len < 0 ? "name" : "path",
		      event->path);
	if (event->path_len < 0)
		set_error(object, "path_error", -event->path_len);
	if (event->deleted)
		json_object_set_new(object, "deleted", json_true());
	json_object_set_new(object, "reason", json_string(reason_name(event)));
	if (rule)
		json_object_set_new(object, "rule", rule_json(rule));
	if (event->walk_error)
		set_error(object, "walk_error", -event->walk_error);
	json_set_text(object, "comm", event->comm);
	json_object_set_new(object, "pid", json_integer(event->pid));
	json_object_set_new(object, "tid", json_integer(event->tid));
	json_object_set_new(object, "uid", json_integer(event->uid));
	return object;
}

static void print_line(const struct pathward_event *event, const char *time,
		       const json_t *rule)
{
	printf("%s %s %s ", time, verdict_name(event),
	       rights_text(event->denied));
	if (event->path_len < 0)
		fputs(".../", stdout);
	print_name(stdout, event->path);
	fputs(event->deleted ? " (deleted) by " : " by ", stdout);
	if (!rule || event->reason != PATHWARD_BY_RULE)
		fputs(reason_name(event), stdout);
	if (rule && event->reason != PATHWARD_BY_RULE)
		fputs(", which sets aside ", stdout);
	if (rule)
		print_rule(rule);
	if (event->walk_error)
		printf(" (%s)", strerrorname_np(-event->walk_error));
	fputs(": ", stdout);
	print_name(stdout, event->comm);
	printf(" pid %u uid %u\n", event->pid, event->uid);
	fflush(stdout);
}

/*
 * Copy a record of the ring buffer, which is shorter than the struct, without
 * the suffix that the kernel appends to the path of a deleted file.
 */
static void copy_event(struct pathward_event *to,
		       const struct pathward_event *from)
{
	static const char suffix[] = " (deleted)";
	size_t length = strlen(from->path);

	memcpy(to, from, offsetof(struct pathward_event, path) + length + 1);
	/* without it, the file was deleted after its path was recorded */
	if (to->deleted && length >= strlen(suffix) &&
	    !strcmp(&to->path[length - strlen(suffix)], suffix))
		to->path[length - strlen(suffix)] = '\0';
}

void event_print(const struct pathward_event *record, const json_t *rules)
{
	struct pathward_event copy, *event = &copy;
	const json_t *rule = NULL;
	char time[48];

	copy_event(event, record);
	format_time(event, time, sizeof(time));
	if (event->rule)
		rule = json_array_get(rules, event->rule - 1);
	if (options.json)
		json_print_line(event_json(event, time, rule));
	else
		print_line(event, time, rule);
}
