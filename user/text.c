// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pathward.h"
#include "text.h"
#include "util.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct right {
	uint32_t bit;
	const char *name;
} rights_table[] = {
	{ PATHWARD_READ, "read" },
	{ PATHWARD_WRITE, "write" },
};

uint32_t right_named(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(rights_table); i++) {
		if (!strcmp(rights_table[i].name, name))
			return rights_table[i].bit;
	}
	return 0;
}

const char *rights_join(uint32_t rights, const char *separator)
{
	static char text[COUNT(rights_table) * 16];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < COUNT(rights_table); i++) {
		if (!(rights & rights_table[i].bit))
			continue;
		if (text[0])
			strcat(text, separator);
		strcat(text, rights_table[i].name);
	}
	return text[0] ? text : "none";
}

const char *rights_text(uint32_t rights)
{
	return rights_join(rights, ",");
}

json_t *rights_json(uint32_t rights)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < COUNT(rights_table); i++) {
		if (rights & rights_table[i].bit)
			json_array_append_new(
				list, json_string(rights_table[i].name));
	}
	return list;
}

struct range {
	uint32_t first;
	uint32_t last;
};

static const struct range escaped[] = {
	{ 0x0000, 0x001f },
	{ 0x007f, 0x009f }, /* control characters */
	{ 0x061c, 0x061c },
	{ 0x200e, 0x200f }, /* direction marks */
	{ 0x2028, 0x2029 }, /* line and paragraph separator */
	{ 0x202a, 0x202e },
	{ 0x2066, 0x2069 }, /* direction of writing */
	{},
};

static const struct range blanks[] = {
	{ 0x0020, 0x0020 }, { 0x00a0, 0x00a0 },
	{ 0x1680, 0x1680 }, { 0x2000, 0x200a },
	{ 0x202f, 0x202f }, { 0x205f, 0x205f },
	{ 0x3000, 0x3000 }, {},
};

static bool is_in(const struct range *ranges, uint32_t c)
{
	for (; ranges->last; ranges++) {
		if (c >= ranges->first && c <= ranges->last)
			return true;
	}
	return false;
}

/*
 * Set @c to the character at @text and return its length; return 0 if the bytes
 * there are not UTF-8 (or the end of the text).
 */
static size_t utf8_decode(const char *text, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	size_t n, i;

	n = byte[0] < 0x80 ? 1 : byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
	if (!byte[0] || (byte[0] >= 0x80 && byte[0] < 0xc2) || byte[0] > 0xf4)
		return 0;
	*c = n == 1 ? byte[0] : byte[0] & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (byte[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

static void print_escaped(FILE *out, const char *text, bool in_quotes)
{
	uint32_t c;
	size_t n;

	for (; *text; text += n) {
		n = utf8_decode(text, &c);
		if (!n || is_in(escaped, c)) {
			n = n ?: 1;
			for (size_t i = 0; i < n; i++)
				fprintf(out, "\\%03o", (unsigned char)text[i]);
			continue;
		}
		if (c == '\\' || (c == '"' && in_quotes))
			fputc('\\', out);
		fwrite(text, 1, n, out);
	}
}

void print_text(FILE *out, const char *text)
{
	print_escaped(out, text, false);
}

static bool is_plain(const char *name)
{
	uint32_t c;
	size_t n;

	if (!*name)
		return false;
	for (; *name; name += n) {
		n = utf8_decode(name, &c);
		if (!n || c == '\\' || c == '"' || is_in(escaped, c) ||
		    is_in(blanks, c))
			return false;
	}
	return true;
}

void print_name(FILE *out, const char *name)
{
	if (is_plain(name)) {
		fputs(name, out);
		return;
	}
	fputc('"', out);
	print_escaped(out, name, true);
	fputc('"', out);
}

static char *as_utf8(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	char *result = malloc(3 * strlen(text) + 1);
	char *to = result;
	uint32_t c;
	size_t n;

	if (!result)
		return NULL;
	while (*text) {
		n = utf8_decode(text, &c);
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
