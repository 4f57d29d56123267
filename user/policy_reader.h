/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a policy as a sequence of YAML events, each with its position,
 * and the errors found in it. A reader stands at one event. A function that
 * reads a value starts at the first event of the value and ends at its last.
 */
#ifndef POLICY_READER_H
#define POLICY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>
#include "error.h"
#include "policy.h"

/* The reader stops at this many. */
#define READER_PROBLEMS_MAX 100

struct problem {
	struct position at;
	char *subject;
	char *text;
	const char *hint;
};

struct reader {
	const char *file;
	char *text;
	size_t size;
	yaml_parser_t parser;
	yaml_event_t event; /* YAML_NO_EVENT after a fatal error */
	unsigned int depth; /* lists and mappings that the event is in */
	struct position end; /* of the event before */
	/* The part of the text that libyaml was given, see give() */
	size_t given;
	size_t value_bytes;
	size_t value_blanks;
	size_t line_blanks;
	size_t comment_bytes;
	enum { LINE_START, LINE_VALUE, LINE_COMMENT } line;
	bool value_too_long;
	/* Sorted by position */
	struct problem problems[READER_PROBLEMS_MAX];
	unsigned int problem_count;
	bool stopped;
	bool no_memory;
};

/*
 * Read all of @file into memory and go to the first value. The caller calls
 * reader_close(), also after an error.
 */
enum exit_code reader_open(struct reader *reader, const char *file);
void reader_close(struct reader *reader);

/* Report all problems. Return EXIT_OK if there are none. */
enum exit_code reader_report(const struct reader *reader);

/* Go to the next event. */
void reader_next(struct reader *reader);

/* Go to the last event of the value, without reading it. */
void reader_skip(struct reader *reader);

/* Go to the end of the file, where nothing but its end is expected. */
void reader_finish(struct reader *reader);

/* Give up reading: the reader stands at YAML_NO_EVENT from now on. */
void reader_stop(struct reader *reader);
void reader_no_memory(struct reader *reader);

/* Return the position of the event. */
struct position reader_at(const struct reader *reader);

static inline bool reader_is(const struct reader *reader,
			     yaml_event_type_t type)
{
	return reader->event.type == type;
}

/* True up to the event @end, unless the reader has given up */
static inline bool reader_in(const struct reader *reader, yaml_event_type_t end)
{
	return !reader->stopped && !reader_is(reader, end);
}

/*
 * Return the text of a value that is a single one, else NULL. It is valid until
 * reader_next().
 */
const char *reader_text(const struct reader *reader);

/* A growing array: return @array with room for element number @n, or NULL. */
void *reader_grow(struct reader *reader, void *array, unsigned int n,
		  size_t size);

/*
 * Record a problem for reader_report(). @subject: the name of a file, or NULL.
 * @hint: the remedy, or NULL
 */
void reader_wrong(struct reader *reader, struct position at,
		  const char *subject, const char *hint, const char *format,
		  ...) __attribute__((format(printf, 5, 6)));

/* Record that @expected is expected where the reader stands. */
void reader_unexpected(struct reader *reader, const char *key,
		       const char *expected);

/* Record contradictions in rule number @n, and with the rules before it. */
void rule_check(struct reader *reader, const struct policy *policy,
		unsigned int n);

#endif
