// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: json [KEY]...
 *
 * Each line of standard input has to be one JSON object. Print, for each, a
 * line with the values of the keys, separated by blanks: strings without
 * quotes, other values as JSON, "-" for a missing key. KEY is a name or a path,
 * A.B, in which a number is an index of a list.
 */
#include <err.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *look_up(json_t *object, char *path)
{
	char *name, *save;

	for (name = strtok_r(path, ".", &save); name;
	     name = strtok_r(NULL, ".", &save))
		object = json_is_array(object) ?
				 json_array_get(object, atoi(name)) :
				 json_object_get(object, name);
	return object;
}

static void print_value(json_t *object, const char *key)
{
	char *path = strdup(key);
	json_t *value;

	if (!path)
		err(2, NULL);
	value = look_up(object, path);
	if (!value)
		putchar('-');
	else if (json_is_string(value))
		fputs(json_string_value(value), stdout);
	else
		json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	free(path);
}

int main(int argc, char **argv)
{
	json_error_t error;
	char *line = NULL;
	unsigned int n = 0;
	size_t size = 0;
	json_t *object;
	int i;

	while (getline(&line, &size, stdin) > 0) {
		n++;
		object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
		if (!object)
			errx(1, "line %u: %s: %s", n, error.text, line);
		if (!json_is_object(object))
			errx(1, "line %u: not an object: %s", n, line);
		for (i = 1; i < argc; i++) {
			print_value(object, argv[i]);
			putchar(i + 1 < argc ? ' ' : '\n');
		}
		json_decref(object);
	}
	free(line);
	if (!n)
		errx(1, "no JSON at all");
	return 0;
}
