// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pathward.h"
#include "pins.h"
#include "record.h"
#include "state.h"
#include "util.h"

static const char in_place[] = "in-place";
static const char replaced[] = "replaced";
static const char covered[] = "covered";
static const char missing[] = "missing";
static const char unknown[] = "unknown";

static bool is_namespace(const char *file, json_int_t number)
{
	struct stat st;

	return !stat(file, &st) && (json_int_t)st.st_ino == number;
}

/* A path means something in the mount namespace of the load only. */
static int open_root(const json_t *record)
{
	json_int_t number =
		json_integer_value(json_object_get(record, "mount_namespace"));
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

	if (is_namespace("/proc/self/ns/mnt", number))
		return open("/", flags);
	if (is_namespace("/proc/1/ns/mnt", number))
		return open("/proc/1/root", flags);
	return -1;
}

void state_begin(struct state_reader *reader, const json_t *record)
{
	reader->rules = pins_map("rules");
	reader->executables = pins_map("executables");
	reader->root = open_root(record);
}

void state_end(struct state_reader *reader)
{
	close_fd(&reader->rules);
	close_fd(&reader->executables);
	close_fd(&reader->root);
}

/* Symbolic links are followed within the root, as they were at the load. */
static int open_object(const struct state_reader *reader, const json_t *object)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	__cleanup(free_pointer) char *path = record_name(object, "path");

	if (!path || reader->root < 0)
		return -ENODATA;
	return syscall(SYS_openat2, reader->root, path, &how, sizeof(how));
}

static const char *why_not_open(void)
{
	return errno == ENOENT || errno == ENOTDIR ? missing : unknown;
}

static const char *other_object(int fd)
{
	struct statx st;

	if (!statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st) &&
	    st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return covered;
	return replaced;
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

const char *state_of_rule(const struct state_reader *reader, const json_t *rule)
{
	__cleanup(close_fd) int fd = -1;
	struct pathward_rule value;

	if (reader->root < 0 || reader->rules < 0)
		return unknown;
	fd = open_object(reader, rule);
	if (fd < 0)
		return why_not_open();
	if (!bpf_map_lookup_elem(reader->rules, &fd, &value) &&
	    value.id == number(rule, "id"))
		return in_place;
	return other_object(fd);
}

const char *state_of_program(const struct state_reader *reader,
			     const json_t *program)
{
	__cleanup(close_fd) int fd = -1;
	__u32 id;

	if (reader->root < 0 || reader->executables < 0)
		return unknown;
	fd = open_object(reader, program);
	if (fd < 0)
		return why_not_open();
	return bpf_map_lookup_elem(reader->executables, &fd, &id) ?
		       other_object(fd) :
		       in_place;
}

const char *state_text(const char *state)
{
	if (!strcmp(state, replaced))
		return "stale: another object is at the path now";
	if (!strcmp(state, covered))
		return "covered: something is mounted over it";
	if (!strcmp(state, missing))
		return "stale: nothing is at the path now";
	if (!strcmp(state, unknown))
		return "not compared with the path: it cannot be looked up from here";
	return NULL;
}
