/* SPDX-License-Identifier: GPL-2.0-only */
/* Exit codes, and the one way to say what went wrong. */
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

struct position {
	unsigned int line;
	unsigned int column;
};

/*
 * Say it on standard error (with -j: as JSON on standard output). Return @code, or
 * EXIT_OTHER if memory for saying it is short.
 */
int fail(enum exit_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int fail_at(enum exit_code code, const char *file, struct position at,
	    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Warn of something in @file: on standard error, with -j as JSON, as above. */
void warn_at(const char *file, struct position at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* On standard error, with -j, too */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
