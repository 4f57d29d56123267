/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of the command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include "error.h"

struct options {
	bool json;
	bool verbose;
	bool drain; /* events: exit after the unread ones */
	bool help;
	bool version;
	unsigned long count; /* events: stop after this many; 0 = no limit */
};

extern struct options options;

/*
 * Read the options in @argv, which may stand between its words, into options.
 * The words are moved to the end of @argv, from optind on. An error is reported
 * and gives EXIT_USAGE.
 */
enum exit_code options_parse(int argc, char **argv);

/*
 * Refuse options that only some verbs take. @verb: the verb; @taken: the
 * letters of those that it takes, or NULL for none
 */
enum exit_code options_check(const char *verb, const char *taken);

/*
 * Print a line of help for each option that all verbs take and each in @taken.
 * NULL: for all options
 */
void options_print(const char *taken);

#endif
