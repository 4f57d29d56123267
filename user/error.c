// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "options.h"
#include "text.h"
#include "util.h"

struct message {
	enum exit_code code;
	const char *file; /* NULL: the message has no place in a file */
	struct position at;
	const char *
		subject; /* NULL: it is part of the problem, or there is none */
	char *problem;
	const char *hint;
};

static void free_message(struct message *message)
{
	free(message->problem);
}

/* Set subject and problem; false if there is no memory. */
static bool format_message(struct message *message, const char *format,
			   va_list arguments)
{
	if (!strncmp(format, "%s: ", 4)) {
		message->subject = va_arg(arguments, const char *);
		format += 4;
	}
	if (vasprintf(&message->problem, format, arguments) >= 0)
		return true;
	message->problem = NULL;
	return false;
}

static json_t *message_json(const struct message *message, const char *key)
{
	__cleanup(free_pointer) char *text = NULL;
	json_t *object = json_object();

	if (message->subject &&
	    asprintf(&text, "%s: %s", message->subject, message->problem) < 0)
		text = NULL;
	json_set_text(object, key, text ?: message->problem);
	if (message->hint)
		json_set_text(object, "hint", message->hint);
	if (message->code)
		json_object_set_new(object, "exit",
				    json_integer(message->code));
	if (message->file) {
		json_set_text(object, "file", message->file);
		json_object_set_new(object, "line",
				    json_integer(message->at.line));
		json_object_set_new(object, "column",
				    json_integer(message->at.column));
	}
	return object;
}

static void print_message(const struct message *message, const char *kind)
{
	if (message->file) {
		print_name(stderr, message->file);
		fprintf(stderr, ":%u:%u: ", message->at.line,
			message->at.column);
	} else {
		fputs("pathward: ", stderr);
	}
	fputs(kind, stderr);
	if (message->subject) {
		print_name(stderr, message->subject);
		fputs(": ", stderr);
	}
	print_text(stderr, message->problem);
	if (message->hint) {
		fputs(": ", stderr);
		print_text(stderr, message->hint);
	}
	fputc('\n', stderr);
}

static enum exit_code say(struct message *header, const char *format,
			  va_list arguments)
{
	__cleanup(free_message) struct message message = *header;

	if (!format_message(&message, format, arguments)) {
		fputs("pathward: out of memory\n", stderr);
		return EXIT_OTHER;
	}
	if (options.json)
		json_print_line(message_json(&message, "error"));
	else
		print_message(&message, "");
	return message.code;
}

enum exit_code fail(enum exit_code code, const char *format, ...)
{
	struct message message = { .code = code };
	va_list arguments;

	va_start(arguments, format);
	code = say(&message, format, arguments);
	va_end(arguments);
	return code;
}

enum exit_code fail_hint(enum exit_code code, const char *hint,
			 const char *format, ...)
{
	struct message message = { .code = code, .hint = hint };
	va_list arguments;

	va_start(arguments, format);
	code = say(&message, format, arguments);
	va_end(arguments);
	return code;
}

enum exit_code fail_at(enum exit_code code, const char *file,
		       struct position at, const char *format, ...)
{
	struct message message = { .code = code, .file = file, .at = at };
	va_list arguments;

	va_start(arguments, format);
	code = say(&message, format, arguments);
	va_end(arguments);
	return code;
}

enum exit_code fail_hint_at(enum exit_code code, const char *file,
			    struct position at, const char *hint,
			    const char *format, ...)
{
	struct message message = { code, file, at, .hint = hint };
	va_list arguments;

	va_start(arguments, format);
	code = say(&message, format, arguments);
	va_end(arguments);
	return code;
}

enum exit_code fail_memory(void)
{
	return fail(EXIT_OTHER, "out of memory");
}

static void warn_of(struct message *header, bool json, const char *format,
		    va_list arguments)
{
	__cleanup(free_message) struct message message = *header;

	if (!format_message(&message, format, arguments))
		fputs("pathward: out of memory\n", stderr);
	else if (json)
		json_print_line(message_json(&message, "warning"));
	else
		print_message(&message, "warning: ");
}

void warn_at(const char *file, struct position at, const char *format, ...)
{
	struct message message = { .file = file, .at = at };
	va_list arguments;

	va_start(arguments, format);
	warn_of(&message, options.json, format, arguments);
	va_end(arguments);
}

void warn(const char *format, ...)
{
	struct message message = {};
	va_list arguments;

	va_start(arguments, format);
	warn_of(&message, false, format, arguments);
	va_end(arguments);
}
