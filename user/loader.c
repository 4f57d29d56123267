// SPDX-License-Identifier: GPL-2.0-only
/* pathward: the verbs of the command line. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/libbpf.h>
#include "enforce.h"
#include "error.h"
#include "events.h"
#include "kernel_check.h"
#include "libbpf_log.h"
#include "objects.h"
#include "options.h"
#include "policy.h"
#include "status.h"
#include "text.h"
#include "util.h"

#define PATHWARD_VERSION "0.1.0"

static const char help_text[] =
	"usage: pathward [OPTION]... VERB\n"
	"\n"
	"Allows and denies opening files by rules on directories and files: the\n"
	"nearest rule at or above a file decides.\n"
	"\n"
	"  check POLICY  is the policy right, is all there that it names\n"
	"  load POLICY   enforce it, also after this program has ended\n"
	"  status        what is loaded, and how many opens it decided\n"
	"  events        print denials as they come, those not yet read first\n"
	"  unload        end the policy\n"
	"  version       print the version\n"
	"  help          print this\n"
	"\n"
	"  -j, --json     JSON, one object a line\n"
	"  -v, --verbose  what libbpf does, and the verifier's log\n"
	"  -n, --count N  events: end after N\n"
	"  -d, --drain    events: print those not yet read, and end\n"
	"  -h, --help     print this\n"
	"\n"
	"events says 'pathward: following events' on standard error when it waits.\n"
	"\n"
	"Exit codes:\n"
	"  0  done\n"
	"  1  another error\n"
	"  2  wrong usage\n"
	"  3  the policy file is wrong, or cannot be read\n"
	"  4  something that the policy names is not there or not as needed\n"
	"  5  not privileged\n"
	"  6  the kernel cannot: no bpf_vfs_walk_ancestors(), bpf not among the\n"
	"     active security modules, no BTF, no BPF filesystem, or\n"
	"     an initramfs for a root\n"
	"  7  a policy is loaded already\n"
	"  8  no policy is loaded\n"
	"  9  the kernel refused the programs or their attachment\n";

static enum exit_code check(const char *file)
{
	__cleanup(policy_free) struct policy policy = {};
	__cleanup(objects_close) struct objects objects = {};
	enum exit_code err = policy_read(&policy, file);
	json_t *result;

	if (!err)
		err = objects_open(&objects, &policy);
	if (err)
		return err;
	if (!options.json) {
		print_name(stdout, file);
		printf(": fine, %u rule%s\n", policy.rules_count,
		       policy.rules_count == 1 ? "" : "s");
		return EXIT_OK;
	}
	result = json_object();
	json_set_text(result, "file", file);
	json_object_set_new(result, "rules", json_integer(policy.rules_count));
	json_print_line(result);
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

static enum exit_code help(void)
{
	fputs(help_text, stdout);
	return EXIT_OK;
}

static const struct verb {
	const char *name;
	enum exit_code (*run)(void);
	enum exit_code (*run_with)(const char *argument);
} verbs[] = {
	{ "check", NULL, check },
	{ "load", NULL, load },
	{ "status", status, NULL },
	{ "events", events, NULL },
	{ "unload", enforce_unload, NULL },
	{ "version", version, NULL },
	{ "help", help, NULL },
};

static int usage(const char *problem, const char *word)
{
	return fail(EXIT_USAGE, "%s%s; pathward help shows the usage", problem,
		    word);
}

static int parse_count(const char *text)
{
	char *end;

	errno = 0;
	options.count = strtoul(text, &end, 10);
	if (errno || *end || text[0] == '-' || !options.count)
		return usage("--count wants a number above 0, not ", text);
	return EXIT_OK;
}

/* A letter may be one of several in a word. */
static int wrong_option(const char *word)
{
	const char letter[] = { '-', optopt, '\0' };

	return usage("no such option, or a value is missing: ",
		     optopt ? letter : word);
}

/* Returns an exit code, or -1 to go on. */
static int parse_options(int argc, char **argv)
{
	static const struct option names[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "count", required_argument, NULL, 'n' },
		{ "drain", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	const char *count = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":jvn:dh", names, NULL)) >=
	       0) {
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
			return help();
		default:
			return wrong_option(argv[optind - 1]);
		}
	}
	return count && parse_count(count) ? EXIT_USAGE : -1;
}

static int run(const struct verb *verb, int arguments, char **argument)
{
	if ((options.count || options.drain) && strcmp(verb->name, "events"))
		return usage("--count and --drain are for events, not ",
			     verb->name);
	if (verb->run_with) {
		if (arguments != 1)
			return usage("one policy file is wanted by ",
				     verb->name);
		return verb->run_with(argument[0]);
	}
	if (arguments)
		return usage("too much: ", argument[0]);
	return verb->run();
}

static int run_command(int argc, char **argv)
{
	size_t i;
	int err;

	err = parse_options(argc, argv);
	if (err >= 0)
		return err;
	if (optind == argc)
		return usage("no verb", "");
	libbpf_log_start();
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verbs[i].name, argv[optind]))
			return run(&verbs[i], argc - optind - 1,
				   argv + optind + 1);
	}
	return usage("unknown verb ", argv[optind]);
}

/* What could not be written was not said: no success. */
int main(int argc, char **argv)
{
	int err = run_command(argc, argv);

	if (!fflush(stdout) && !ferror(stdout))
		return err;
	fputs("pathward: standard output cannot be written\n", stderr);
	return err ?: EXIT_OTHER;
}
