// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pathward.h"
#include "text.h"
#include "util.h"

const char *rights_text(uint32_t rights)
{
	switch (rights & PATHWARD_ALL) {
	case PATHWARD_READ:
		return "read";
	case PATHWARD_WRITE:
		return "write";
	case PATHWARD_ALL:
		return "read,write";
	default:
		return "none";
	}
}

json_t *rights_json(uint32_t rights)
{
	json_t *list = json_array();

	if (rights & PATHWARD_READ)
		json_array_append_new(list, json_string("read"));
	if (rights & PATHWARD_WRITE)
		json_array_append_new(list, json_string("write"));
	return list;
}

void print_text(FILE *out, const char *text)
{
	const unsigned char *c;

	for (c = (const unsigned char *)text; *c; c++) {
		bool c1 = c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f;

		if (c1) /* U+0080 to U+009F, in UTF-8 */
			fprintf(out, "\\%03o", *c++);
		if (c1 || *c < ' ' || *c == 0x7f || *c == '\\')
			fprintf(out, "\\%03o", *c);
		else
			fputc(*c, out);
	}
}

/* The length of the UTF-8 character at @text, or 0 if it is none. */
static size_t utf8_length(const char *text)
{
	json_t *valid;
	size_t n;

	for (n = 1; n <= 4 && text[n - 1]; n++) {
		valid = json_stringn(text, n);
		if (valid) {
			json_decref(valid);
			return n;
		}
	}
	return 0;
}

static char *as_utf8(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	char *result = malloc(3 * strlen(text) + 1);
	char *to = result;
	size_t n;

	if (!result)
		return NULL;
	while (*text) {
		n = utf8_length(text);
		memcpy(to, n ? text : replacement, n ?: 3);
		to += n ?: 3;
		text += n ?: 1;
	}
	*to = '\0';
	return result;
}

static char *as_hex(const char *text)
{
	char *result = malloc(2 * strlen(text) + 1);
	char *to = result;

	if (!result)
		return NULL;
	for (; *text; text++)
		to += sprintf(to, "%02x", (unsigned char)*text);
	*to = '\0';
	return result;
}

void json_set_text(json_t *object, const char *key, const char *text)
{
	__cleanup(free_pointer) char *utf8 = NULL;
	__cleanup(free_pointer) char *hex = NULL;
	json_t *string = json_string(text);
	char hex_key[64];

	if (string) {
		json_object_set_new(object, key, string);
		return;
	}
	utf8 = as_utf8(text);
	hex = as_hex(text);
	if (!utf8 || !hex)
		return;
	snprintf(hex_key, sizeof(hex_key), "%s_hex", key);
	json_object_set_new(object, key, json_string(utf8));
	json_object_set_new(object, hex_key, json_string(hex));
}

void json_print_line(json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(object);
}
