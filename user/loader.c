// SPDX-License-Identifier: GPL-2.0-only
/* pathward: the verbs of the command line. */
#include <ctype.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <bpf/libbpf.h>
#include "enforce.h"
#include "error.h"
#include "events.h"
#include "kernel_check.h"
#include "libbpf_log.h"
#include "object_check.h"
#include "objects.h"
#include "options.h"
#include "policy.h"
#include "record.h"
#include "status.h"
#include "text.h"
#include "util.h"

#define PATHWARD_VERSION "0.1.0"

static enum exit_code print_object(const struct object *object, void *data)
{
	json_t *json = record_object(object);

	(void)data;
	printf("  line %u: ", object->at.line);
	record_print_object(json);
	putchar('\n');
	json_decref(json);
	return EXIT_OK;
}

static void print_check(const struct objects *objects)
{
	print_name(stdout, objects->file);
	printf(": ok, %u rule%s\n", objects->rules,
	       objects->rules == 1 ? "" : "s");
	objects_each(objects, print_object, NULL);
}

static enum exit_code add_object_json(const struct object *object, void *list)
{
	json_t *json = record_object(object);

	json_object_set_new(json, "line", json_integer(object->at.line));
	json_array_append_new(list, json);
	return EXIT_OK;
}

static json_t *check_json(const struct objects *objects)
{
	json_t *result = json_object();
	json_t *list = json_array();

	json_set_text(result, "file", objects->file);
	json_object_set_new(result, "rules", json_integer(objects->rules));
	objects_each(objects, add_object_json, list);
	json_object_set_new(result, "objects", list);
	return result;
}

static enum exit_code check(const char *file)
{
	__cleanup(policy_free) struct policy policy = {};
	__cleanup(objects_close) struct objects objects = {};
	enum exit_code err = policy_read(&policy, file);

	if (!err)
		err = objects_open(&objects, &policy);
	if (!err)
		err = objects_check(&objects, &policy);
	if (err)
		return err;
	if (options.json)
		json_print_line(check_json(&objects));
	else
		print_check(&objects);
	return EXIT_OK;
}

static enum exit_code load(const char *file)
{
	__cleanup(policy_free) struct policy policy = {};
	__cleanup(objects_close) struct objects objects = {};
	enum exit_code err = policy_read(&policy, file);

	if (!err)
		err = privilege_check();
	if (!err)
		err = kernel_check();
	if (!err)
		err = objects_open(&objects, &policy);
	if (!err)
		err = objects_check(&objects, &policy);
	if (!err)
		err = enforce_load(&policy, &objects);
	return err;
}

static enum exit_code version(void)
{
	if (options.json)
		json_print_line(json_pack("{ss ss}", "version",
					  PATHWARD_VERSION, "libbpf",
					  libbpf_version_string() + 1));
	else
		printf("pathward %s\nlibbpf %s\n", PATHWARD_VERSION,
		       libbpf_version_string() + 1);
	return EXIT_OK;
}

static enum exit_code help(void);

static const struct verb {
	const char *name;
	const char *argument; /* its name, or NULL: there is none */
	const char *summary;
	const char *text;
	const char *options; /* the letters of those that not all verbs take */
	enum exit_code (*run)(void);
	enum exit_code (*run_with)(const char *argument);
} verbs[] = {
	{
		.name = "check",
		.argument = "POLICY",
		.summary =
			"validate POLICY and check that every path in it exists",
		.text = "Prints the object that each path led to. Nothing is loaded. The user needs\n"
			"permission to look up the paths, and no privilege. Errors are reported with\n"
			"line and column. The exit code is 3 if the file is wrong, and 4 if a path\n"
			"cannot be used.\n",
		.run_with = check,
	},
	{
		.name = "load",
		.argument = "POLICY",
		.summary = "load POLICY and enforce it until unload or reboot",
		.text = "No process has to stay. The policy is checked first, as by check; after an\n"
			"error nothing is enforced. A policy that is already loaded stays in force,\n"
			"and the exit code is 7.\n",
		.run_with = load,
	},
	{
		.name = "status",
		.summary = "print the loaded policy and what it has decided",
		.text = "Prints the policy's file, mode, default and rules, and counts of the opens\n"
			"since it was loaded. The exit code is 8 if no policy is loaded.\n",
		.run = status,
	},
	{
		.name = "events",
		.summary =
			"print denials, starting with unread ones, and follow",
		.text = "Prints a line for each denial or, in mode audit, for each open that would be\n"
			"denied, until SIGINT, SIGTERM or unload. When it starts to wait it writes\n"
			"'pathward: following events' to standard error. Programs should read the\n"
			"output of --json.\n",
		.options = "dn",
		.run = events,
	},
	{
		.name = "unload",
		.summary = "end the policy",
		.text = "Also removes what an interrupted load or unload has left. The exit code is\n"
			"8 if there is nothing to remove.\n",
		.run = enforce_unload,
	},
	{
		.name = "version",
		.summary = "print the version",
		.text = "Prints the versions of pathward and of the libbpf that it is built with.\n",
		.run = version,
	},
	{
		.name = "help",
		.summary = "print this help",
		.text = "'pathward VERB --help' prints the help of one verb.\n",
		.run = help,
	},
	{},
};

static const char exit_codes[] =
	"Exit codes:\n"
	"  0  success\n"
	"  1  another error\n"
	"  2  wrong usage\n"
	"  3  the policy file is wrong or cannot be read\n"
	"  4  a path in the policy does not exist or cannot be used\n"
	"  5  not privileged\n"
	"  6  unsupported kernel: no bpf_vfs_walk_ancestors(), bpf or landlock is not\n"
	"     an active security module, no BTF, or no BPF filesystem that is safe\n"
	"     from other users\n"
	"  7  a policy is already loaded\n"
	"  8  no policy is loaded\n"
	"  9  the kernel refused the programs or their attachment\n";

static enum exit_code help(void)
{
	const struct verb *verb;

	puts("usage: pathward [OPTION]... VERB\n"
	     "\n"
	     "Allows and denies opening files by rules on directories and files: the\n"
	     "nearest rule at or above a file decides.\n"
	     "\n"
	     "Verbs ('pathward VERB --help' says more):");
	for (verb = verbs; verb->name; verb++)
		printf("  %s %-*s  %s\n", verb->name,
		       (int)(12 - strlen(verb->name)), verb->argument ?: "",
		       verb->summary);
	puts("\nOptions:");
	options_print(NULL);
	printf("\n%s", exit_codes);
	return EXIT_OK;
}

static enum exit_code verb_help(const struct verb *verb)
{
	if (verb->run == help)
		return help();
	printf("usage: pathward %s [OPTION]...%s%s\n\n%c%s.\n\n%s\nOptions:\n",
	       verb->name, verb->argument ? " " : "", verb->argument ?: "",
	       toupper(verb->summary[0]), verb->summary + 1, verb->text);
	options_print(verb->options ?: "");
	puts("\n'pathward --help' lists all verbs and the exit codes.");
	return EXIT_OK;
}

static enum exit_code run(const struct verb *verb, int count, char **argument)
{
	const int wanted = verb->argument ? 1 : 0;
	enum exit_code err = options_check(verb->name, verb->options);
	char hint[64];

	snprintf(hint, sizeof(hint), "see 'pathward %s --help'", verb->name);
	if (err)
		return err;
	if (options.help)
		return verb_help(verb);
	if (options.version)
		return version();
	if (count < wanted)
		return fail_hint(EXIT_USAGE, hint,
				 "%s: expected one policy file", verb->name);
	if (count > wanted)
		return fail_hint(EXIT_USAGE, hint,
				 "%s: unexpected argument '%s'", verb->name,
				 argument[wanted]);
	libbpf_log_start();
	return wanted ? verb->run_with(argument[0]) : verb->run();
}

static enum exit_code run_without_verb(void)
{
	if (options.help)
		return help();
	if (options.version)
		return version();
	return fail_hint(EXIT_USAGE, "see 'pathward --help'",
			 "expected a verb");
}

static enum exit_code run_command(int argc, char **argv)
{
	enum exit_code err = options_parse(argc, argv);
	const struct verb *verb;

	if (err)
		return err;
	if (optind == argc)
		return run_without_verb();
	for (verb = verbs; verb->name; verb++) {
		if (!strcmp(verb->name, argv[optind]))
			return run(verb, argc - optind - 1, argv + optind + 1);
	}
	return fail_hint(EXIT_USAGE, "see 'pathward --help'",
			 "%s: unknown verb", argv[optind]);
}

/* Fail if standard output could not be written. */
int main(int argc, char **argv)
{
	enum exit_code err;

	/* Messages are written character by character. */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	err = run_command(argc, argv);
	if (!fflush(stdout) && !ferror(stdout))
		return err;
	fputs("pathward: standard output cannot be written\n", stderr);
	return err ?: EXIT_OTHER;
}
