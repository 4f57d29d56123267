// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "pins.h"
#include "record.h"
#include "text.h"
#include "util.h"

json_t *record_object(const struct object *object)
{
	json_t *json = json_object();
	char device[32];

	json_set_text(json, "path", object->path);
	if (object_was_led(object))
		json_set_text(json, "resolved", object->resolved);
	json_object_set_new(json, "type",
			    json_string(object_type(object->mode)));
	if (!object->mount)
		return json;
	json_set_text(json, "filesystem", object->mount->type);
	snprintf(device, sizeof(device), "%u:%u", object->mount->major,
		 object->mount->minor);
	json_object_set_new(json, "device", json_string(device));
	return json;
}

static json_t *rule_json(const struct objects *objects, const struct rule *rule,
			 unsigned int id)
{
	const struct rule_objects *of_rule = &objects->rule[id - 1];
	json_t *json = record_object(&of_rule->self);
	json_t *except = json_array();
	unsigned int i;

	for (i = 0; i < of_rule->programs; i++)
		json_array_append_new(except,
				      record_object(&of_rule->program[i]));
	json_object_set_new(json, "id", json_integer(id));
	json_object_set_new(json, "line", json_integer(of_rule->self.at.line));
	json_object_set_new(json, "allow", rights_json(rule->allow));
	json_object_set_new(json, "deny", rights_json(rule->deny));
	json_object_set_new(json, "except", except);
	return json;
}

char *record_make(const struct objects *objects, const struct policy *policy)
{
	__cleanup(free_pointer) char *file = realpath(objects->file, NULL);
	json_t *record = json_object();
	json_t *rules = json_array();
	struct stat st = {};
	unsigned int n;
	char *text;

	for (n = 0; n < objects->rules; n++)
		json_array_append_new(
			rules, rule_json(objects, &policy->rules[n], n + 1));
	json_set_text(record, "file", file ?: objects->file);
	json_object_set_new(record, "loaded", json_integer(time(NULL)));
	if (!stat("/proc/self/ns/mnt", &st))
		json_object_set_new(record, "mount_namespace",
				    json_integer(st.st_ino));
	json_object_set_new(record, "rules", rules);
	text = json_dumps(record, JSON_COMPACT);
	json_decref(record);
	return text;
}

json_t *record_read(void)
{
	__cleanup(free_pointer) char *text = NULL;
	__cleanup(close_fd) int map = pins_map("policy");
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), key = 0;

	if (map < 0 || bpf_map_get_info_by_fd(map, &info, &size))
		return NULL;
	text = malloc(info.value_size + 1);
	if (!text || bpf_map_lookup_elem(map, &key, text))
		return NULL;
	text[info.value_size] = '\0';
	return json_loads(text, 0, NULL);
}

static char *from_hex(const char *hex)
{
	size_t n = strlen(hex) / 2, i;
	char *name = malloc(n + 1);

	for (i = 0; name && i < n; i++)
		sscanf(&hex[2 * i], "%2hhx", (unsigned char *)&name[i]);
	if (name)
		name[n] = '\0';
	return name;
}

char *record_name(const json_t *object, const char *key)
{
	const char *name = json_string_value(json_object_get(object, key));
	const char *hex;
	char hex_key[64];

	snprintf(hex_key, sizeof(hex_key), "%s_hex", key);
	hex = json_string_value(json_object_get(object, hex_key));
	if (hex)
		return from_hex(hex);
	return name ? strdup(name) : NULL;
}

static const char *string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

void record_print_object(const json_t *object)
{
	__cleanup(free_pointer) char *path = record_name(object, "path");
	__cleanup(free_pointer) char *resolved =
		record_name(object, "resolved");

	print_name(stdout, path ?: "");
	if (resolved) {
		fputs(" -> ", stdout);
		print_name(stdout, resolved);
	}
	printf(" (%s", string(object, "type"));
	if (string(object, "device"))
		printf(" on %s %s", string(object, "filesystem"),
		       string(object, "device"));
	putchar(')');
}
