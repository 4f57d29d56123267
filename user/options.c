// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "options.h"

#define LETTERS ":jvn:dhV"

struct options options;

static const struct option names[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "count", required_argument, NULL, 'n' },
	{ "drain", no_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{},
};

/* In the order of the help */
static const struct description {
	char letter;
	bool special; /* only verbs that name it take it */
	const char *name;
	const char *text;
} descriptions[] = {
	{ 'j', false, "json", "print JSON, one object per line" },
	{ 'v', false, "verbose",
	  "print what libbpf does, and the verifier's log" },
	{ 'n', true, "count N", "events: stop after N events" },
	{ 'd', true, "drain", "events: print unread events and exit" },
	{ 'h', false, "help", "print help, with a verb on that verb" },
	{ 'V', false, "version", "print the version" },
	{},
};

static char special_given; /* the first option that only some verbs take */
static const char *hint = "see 'pathward --help'";

void options_print(const char *taken)
{
	const struct description *d;

	for (d = descriptions; d->letter; d++) {
		if (!taken || !d->special || strchr(taken, d->letter))
			printf("  -%c, --%-9s %s\n", d->letter, d->name,
			       d->text);
	}
}

enum exit_code options_check(const char *verb, const char *taken)
{
	const struct option *option = names;

	if (!special_given || (taken && strchr(taken, special_given)))
		return EXIT_OK;
	while (option->val != special_given)
		option++;
	return fail_hint(EXIT_USAGE, hint, "%s: does not take --%s", verb,
			 option->name);
}

static enum exit_code parse_count(const char *text)
{
	char *end;

	errno = 0;
	options.count = strtoul(text, &end, 10);
	if (errno || *end || !isdigit((unsigned char)text[0]) || !options.count)
		return fail_hint(
			EXIT_USAGE, hint,
			"--count: expected a number above 0, found '%s'", text);
	return EXIT_OK;
}

/* A letter may be one of several in a word. */
static enum exit_code wrong_option(int found, const char *word)
{
	const char letter[] = { '-', optopt, '\0' };
	const char *name = strncmp(word, "--", 2) ? letter : word;

	if (found == ':')
		return fail_hint(EXIT_USAGE, hint, "%s: missing value", name);
	if (optopt && name == word)
		return fail_hint(EXIT_USAGE, hint, "%s: takes no value", name);
	return fail_hint(EXIT_USAGE, hint, "%s: unknown option", name);
}

/* -j counts wherever it stands, so errors are reported when all are read. */
enum exit_code options_parse(int argc, char **argv)
{
	const char *count = NULL, *wrong = NULL;
	int option, found = 0, letter = 0;

	opterr = 0;
	while ((option = getopt_long(argc, argv, LETTERS, names, NULL)) >= 0) {
		switch (option) {
		case 'j':
			options.json = true;
			break;
		case 'v':
			options.verbose = true;
			break;
		case 'n':
			count = optarg;
			break;
		case 'd':
			options.drain = true;
			break;
		case 'h':
			options.help = true;
			break;
		case 'V':
			options.version = true;
			break;
		default:
			if (wrong)
				break;
			wrong = argv[optind - 1];
			found = option;
			letter = optopt;
		}
		if (option == 'n' || option == 'd')
			special_given = special_given ?: option;
	}
	optopt = letter;
	if (wrong)
		return wrong_option(found, wrong);
	return count ? parse_count(count) : EXIT_OK;
}
