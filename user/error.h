/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exit codes, and the one way to report an error.
 *
 * A function that returns enum exit_code has reported its error already; the
 * caller passes the code on. A function that returns int returns 0 or a
 * descriptor, or -errno, and reports nothing.
 */
#ifndef ERROR_H
#define ERROR_H

enum exit_code {
	EXIT_OK,
	EXIT_OTHER,
	EXIT_USAGE,
	EXIT_POLICY,
	EXIT_PATH,
	EXIT_PRIVILEGE,
	EXIT_KERNEL,
	EXIT_LOADED,
	EXIT_NOT_LOADED,
	EXIT_REFUSED,
};

/* A place in a file; both count from 1. */
struct position {
	unsigned int line;
	unsigned int column;
};

/*
 * Report an error and return @code, or EXIT_OTHER if there is no memory for the
 * message. The line on standard error is
 *
 *	pathward: subject: problem: hint
 *	FILE:LINE:COLUMN: subject: problem: hint
 *
 * With -j it is an object on standard output, with the keys "error" (subject
 * and problem), "hint", "exit", "file", "line" and "column".
 *
 * @format: the message. If it starts with "%s: ", the first argument is the
 *	name of the subject, and is printed by print_name().
 * @hint: the remedy, or NULL
 * @file: the policy that @at is a place in
 */
enum exit_code fail(enum exit_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum exit_code fail_hint(enum exit_code code, const char *hint,
			 const char *format, ...)
	__attribute__((format(printf, 3, 4)));
enum exit_code fail_at(enum exit_code code, const char *file,
		       struct position at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
enum exit_code fail_hint_at(enum exit_code code, const char *file,
			    struct position at, const char *hint,
			    const char *format, ...)
	__attribute__((format(printf, 5, 6)));
enum exit_code fail_memory(void);

/*
 * Print a warning about a place in a policy on standard error; with -j, as an
 * object on standard output that has "warning" instead of "error" and "exit".
 */
void warn_at(const char *file, struct position at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Print a warning on standard error, also with -j. @format: as of fail() */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
