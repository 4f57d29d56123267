// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "error.h"
#include "options.h"
#include "text.h"
#include "util.h"

static void say_json(enum exit_code code, const char *file,
		     const struct position *at, const char *message)
{
	json_t *error = json_object();

	json_set_text(error, "error", message);
	json_object_set_new(error, "exit", json_integer(code));
	if (file) {
		json_set_text(error, "file", file);
		json_object_set_new(error, "line", json_integer(at->line));
		json_object_set_new(error, "column", json_integer(at->column));
	}
	json_print_line(error);
}

static int say(enum exit_code code, const char *file, const struct position *at,
	       const char *format, va_list arguments)
{
	__cleanup(free_pointer) char *message = NULL;

	if (vasprintf(&message, format, arguments) < 0) {
		message = NULL;
		fputs("pathward: out of memory\n", stderr);
		return EXIT_OTHER;
	}
	if (options.json) {
		say_json(code, file, at, message);
	} else if (file) {
		print_text(stderr, file);
		fprintf(stderr, ":%u:%u: ", at->line, at->column);
		print_text(stderr, message);
		fputc('\n', stderr);
	} else {
		fputs("pathward: ", stderr);
		print_text(stderr, message);
		fputc('\n', stderr);
	}
	return code;
}

int fail(enum exit_code code, const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = say(code, NULL, NULL, format, arguments);
	va_end(arguments);
	return err;
}

int fail_at(enum exit_code code, const char *file, struct position at,
	    const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = say(code, file, &at, format, arguments);
	va_end(arguments);
	return err;
}

void warn_at(const char *file, struct position at, const char *format, ...)
{
	__cleanup(free_pointer) char *message = NULL;
	va_list arguments;
	json_t *warning;

	va_start(arguments, format);
	if (vasprintf(&message, format, arguments) < 0)
		message = NULL;
	va_end(arguments);
	if (options.json) {
		warning = json_object();
		json_set_text(warning, "warning", message ?: format);
		json_set_text(warning, "file", file);
		json_object_set_new(warning, "line", json_integer(at.line));
		json_object_set_new(warning, "column", json_integer(at.column));
		json_print_line(warning);
		return;
	}
	print_text(stderr, file);
	fprintf(stderr, ":%u:%u: warning: ", at.line, at.column);
	print_text(stderr, message ?: format);
	fputc('\n', stderr);
}

void warn(const char *format, ...)
{
	__cleanup(free_pointer) char *message = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&message, format, arguments) < 0)
		message = NULL;
	va_end(arguments);
	fputs("pathward: warning: ", stderr);
	print_text(stderr, message ?: format);
	fputc('\n', stderr);
}
