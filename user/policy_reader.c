// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the text of a policy.
 *
 * libyaml takes quadratic time for some texts: for lists nested on one line,
 * for %TAG directives, and for a value with many blanks, as it clears all of its
 * buffer for blanks after each of them. So events are taken from it one by one,
 * nesting ends at DEPTH_MAX, and give() limits the part of the text that can
 * belong to one event. The rest of its work is linear.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "policy_reader.h"
#include "util.h"

#define TEXT_MAX (16 * 1024 * 1024)
#define DEPTH_MAX 8
/* A path of 4095 bytes, each written as \U00000041, fits in. */
#define VALUE_BYTES_MAX (64 * 1024)
#define VALUE_BLANKS_MAX (8 * 1024)
#define COMMENT_LINE_MAX 4096
#define GIVE_MAX 4096

static struct position position(yaml_mark_t mark)
{
	return (struct position){ mark.line + 1, mark.column + 1 };
}

struct position reader_at(const struct reader *reader)
{
	return position(reader->event.start_mark);
}

void reader_stop(struct reader *reader)
{
	reader->stopped = true;
}

void reader_no_memory(struct reader *reader)
{
	reader->no_memory = true;
	reader_stop(reader);
}

static bool is_before(struct position a, struct position b)
{
	return a.line < b.line || (a.line == b.line && a.column < b.column);
}

static void insert(struct reader *reader, struct problem problem)
{
	unsigned int i = reader->problem_count++;

	for (; i && is_before(problem.at, reader->problems[i - 1].at); i--)
		reader->problems[i] = reader->problems[i - 1];
	reader->problems[i] = problem;
}

void reader_wrong(struct reader *reader, struct position at,
		  const char *subject, const char *hint, const char *format,
		  ...)
{
	struct problem problem = { .at = at, .hint = hint };
	va_list arguments;

	if (reader->stopped) /* a consequence of the error that stopped it */
		return;
	va_start(arguments, format);
	if (vasprintf(&problem.text, format, arguments) < 0)
		problem.text = NULL;
	va_end(arguments);
	if (subject)
		problem.subject = strdup(subject);
	if (!problem.text || (subject && !problem.subject)) {
		free(problem.text);
		free(problem.subject);
		reader_no_memory(reader);
		return;
	}
	insert(reader, problem);
	if (reader->problem_count == READER_PROBLEMS_MAX)
		reader_stop(reader);
}

static enum exit_code report(const struct reader *reader,
			     const struct problem *problem)
{
	if (problem->subject)
		return fail_hint_at(EXIT_POLICY, reader->file, problem->at,
				    problem->hint, "%s: %s", problem->subject,
				    problem->text);
	return fail_hint_at(EXIT_POLICY, reader->file, problem->at,
			    problem->hint, "%s", problem->text);
}

enum exit_code reader_report(const struct reader *reader)
{
	unsigned int i;

	for (i = 0; i < reader->problem_count; i++)
		report(reader, &reader->problems[i]);
	if (reader->no_memory)
		return fail_memory();
	if (i == READER_PROBLEMS_MAX)
		return fail(EXIT_POLICY,
			    "%s: too many errors: the rest is not read",
			    reader->file);
	return i ? EXIT_POLICY : EXIT_OK;
}

static void describe(const struct reader *reader, char *text, size_t size)
{
	const char *value = reader_text(reader);

	if (reader_is(reader, YAML_SEQUENCE_START_EVENT))
		snprintf(text, size, "a list");
	else if (reader_is(reader, YAML_MAPPING_START_EVENT))
		snprintf(text, size, "a mapping");
	else if (!value || !*value)
		snprintf(text, size, "nothing");
	else if (strlen(value) < size - 2)
		snprintf(text, size, "'%s'", value);
	else
		snprintf(text, size, "a long text");
}

void reader_unexpected(struct reader *reader, const char *key,
		       const char *expected)
{
	char found[80];

	if (reader_is(reader, YAML_ALIAS_EVENT)) /* has been reported */
		return;
	describe(reader, found, sizeof(found));
	reader_wrong(reader, reader_at(reader), NULL, NULL,
		     "%s: expected %s, found %s", key, expected, found);
}

const char *reader_text(const struct reader *reader)
{
	if (!reader_is(reader, YAML_SCALAR_EVENT))
		return NULL;
	return (const char *)reader->event.data.scalar.value;
}

void *reader_grow(struct reader *reader, void *array, unsigned int n,
		  size_t size)
{
	void *grown = array;

	if (!(n & (n - 1))) /* full: room doubles at each power of two */
		grown = reallocarray(array, n ? 2 * n : 1, size);
	if (!grown)
		reader_no_memory(reader);
	return grown;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void count_in_line(struct reader *reader, char c)
{
	if (reader->line == LINE_START && !is_blank(c)) {
		reader->line = c == '#' ? LINE_COMMENT : LINE_VALUE;
		if (reader->line == LINE_VALUE)
			reader->value_blanks += reader->line_blanks;
		reader->line_blanks = 0;
		reader->comment_bytes = 0;
	}
	if (reader->line == LINE_START)
		reader->line_blanks++;
	else if (reader->line == LINE_COMMENT)
		reader->line = ++reader->comment_bytes < COMMENT_LINE_MAX ?
				       LINE_COMMENT :
				       LINE_VALUE;
	else if (is_blank(c))
		reader->value_blanks++;
	else
		reader->value_bytes++;
}

/* Count what the value at hand may consist of. */
static void count(struct reader *reader, char c)
{
	if (c != '\n') {
		count_in_line(reader, c);
		return;
	}
	if (reader->line != LINE_COMMENT)
		reader->value_blanks += reader->line_blanks + 1;
	reader->line_blanks = 0;
	reader->line = LINE_START;
}

/*
 * Give libyaml the next piece of the text, unless it has taken too much without
 * returning an event. Lines that look like a comment do not count, so that a
 * comment may have any number of them. A value may contain such lines too, but
 * they have no more than COMMENT_LINE_MAX blanks in a row.
 */
static int give(void *data, unsigned char *buffer, size_t size, size_t *given)
{
	struct reader *reader = data;
	size_t n = reader->size - reader->given, i;
	const char *piece = reader->text + reader->given;

	if (n > GIVE_MAX)
		n = GIVE_MAX;
	if (n > size)
		n = size;
	for (i = 0; i < n; i++)
		count(reader, piece[i]);
	reader->value_too_long = reader->value_bytes > VALUE_BYTES_MAX ||
				 reader->value_blanks > VALUE_BLANKS_MAX ||
				 reader->line_blanks > VALUE_BLANKS_MAX;
	if (reader->value_too_long)
		return 0;
	memcpy(buffer, piece, n);
	reader->given += n;
	*given = n;
	return 1;
}

static void restart_count(struct reader *reader)
{
	reader->value_bytes = 0;
	reader->value_blanks = 0;
}

/* libyaml gives an offset, but no mark, for a byte that it cannot decode. */
static struct position position_of_byte(const struct reader *reader,
					size_t offset)
{
	struct position at = { 1, 1 };
	size_t i;

	for (i = 0; i < offset && i < reader->size; i++) {
		at.column += (reader->text[i] & 0xc0) != 0x80;
		if (reader->text[i] == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	return at;
}

static void syntax_error(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;

	if (parser->error == YAML_MEMORY_ERROR)
		reader_no_memory(reader);
	else if (reader->value_too_long)
		reader_wrong(reader, reader->end, NULL, NULL,
			     "more than %d bytes or %d blanks without a value",
			     VALUE_BYTES_MAX, VALUE_BLANKS_MAX);
	else if (parser->error == YAML_READER_ERROR)
		reader_wrong(reader,
			     position_of_byte(reader, parser->problem_offset),
			     NULL, "a policy is written in UTF-8",
			     "not text: %s", parser->problem);
	else
		reader_wrong(reader, position(parser->problem_mark), NULL, NULL,
			     "not YAML: %s%s%s", parser->problem,
			     parser->context ? " " : "", parser->context ?: "");
	reader_stop(reader);
}

static void refuse(struct reader *reader, const char *problem)
{
	reader_wrong(reader, reader_at(reader), NULL, NULL, "%s", problem);
}

static void check_scalar(struct reader *reader)
{
	const yaml_event_t *event = &reader->event;

	if (event->data.scalar.anchor)
		refuse(reader, "YAML anchors are not supported");
	if (event->data.scalar.tag)
		refuse(reader, "YAML tags are not supported");
	/* Values become C strings: a NUL would cut a path short. */
	if (memchr(event->data.scalar.value, 0, event->data.scalar.length))
		refuse(reader, "a value contains a NUL character");
}

static void check_collection(struct reader *reader, const void *anchor,
			     const void *tag)
{
	if (anchor)
		refuse(reader, "YAML anchors are not supported");
	if (tag)
		refuse(reader, "YAML tags are not supported");
	if (++reader->depth <= DEPTH_MAX)
		return;
	refuse(reader, "lists and mappings are nested too deeply");
	reader_stop(reader);
}

static void check_event(struct reader *reader)
{
	const yaml_event_t *event = &reader->event;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		refuse(reader, "YAML aliases are not supported");
		break;
	case YAML_SCALAR_EVENT:
		check_scalar(reader);
		break;
	case YAML_SEQUENCE_START_EVENT:
		check_collection(reader, event->data.sequence_start.anchor,
				 event->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		check_collection(reader, event->data.mapping_start.anchor,
				 event->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		reader->depth--;
		break;
	default:
		break;
	}
}

void reader_next(struct reader *reader)
{
	if (!reader_is(reader, YAML_NO_EVENT))
		reader->end = position(reader->event.end_mark);
	yaml_event_delete(&reader->event);
	if (reader->stopped)
		return;
	restart_count(reader);
	if (yaml_parser_parse(&reader->parser, &reader->event))
		check_event(reader);
	else
		syntax_error(reader);
}

void reader_skip(struct reader *reader)
{
	unsigned int depth = reader->depth;

	if (!reader_is(reader, YAML_SEQUENCE_START_EVENT) &&
	    !reader_is(reader, YAML_MAPPING_START_EVENT))
		return;
	while (reader->depth >= depth && !reader->stopped)
		reader_next(reader);
}

static int read_all(struct reader *reader, int fd)
{
	size_t room = 0;
	ssize_t n;
	char *more;

	do {
		if (reader->size == room) {
			room = room ? 2 * room : 4096;
			more = realloc(reader->text, room);
			if (!more)
				return -ENOMEM;
			reader->text = more;
		}
		n = read(fd, reader->text + reader->size, room - reader->size);
		if (n < 0)
			return -errno;
		reader->size += n;
		if (reader->size > TEXT_MAX)
			return -EFBIG;
	} while (n);
	return 0;
}

static void find_first_value(struct reader *reader)
{
	reader_next(reader); /* start of the stream */
	reader_next(reader); /* start of the document */
	if (reader_is(reader, YAML_STREAM_END_EVENT)) {
		reader_wrong(
			reader, (struct position){ 1, 1 }, NULL,
			"at least 'version: 1' and 'rules: []' are required",
			"empty policy");
		reader_stop(reader);
	}
	reader_next(reader);
}

enum exit_code reader_open(struct reader *reader, const char *file)
{
	__cleanup(close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err;

	reader->file = file;
	reader->end = (struct position){ 1, 1 };
	err = fd < 0 ? -errno : read_all(reader, fd);
	if (err)
		return fail(EXIT_POLICY, "%s: %s", file, strerror(-err));
	if (!yaml_parser_initialize(&reader->parser))
		return fail_memory();
	yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&reader->parser, give, reader);
	find_first_value(reader);
	return EXIT_OK;
}

void reader_finish(struct reader *reader)
{
	reader_next(reader); /* end of the document */
	reader_next(reader);
	if (!reader_is(reader, YAML_STREAM_END_EVENT))
		refuse(reader, "more than one YAML document");
}

void reader_close(struct reader *reader)
{
	unsigned int i;

	for (i = 0; i < reader->problem_count; i++) {
		free(reader->problems[i].subject);
		free(reader->problems[i].text);
	}
	yaml_event_delete(&reader->event);
	yaml_parser_delete(&reader->parser);
	free(reader->text);
}
