// SPDX-License-Identifier: GPL-2.0-only
/* Opening what a policy names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "objects.h"
#include "util.h"

static const char *remedy(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return ": create it, or remove it from the policy";
	case EACCES:
		return ": try as root";
	case EMFILE:
		return ": raise the limit of open files (ulimit -n)";
	default:
		return "";
	}
}

/* No O_NOFOLLOW: a symbolic link stands for what it leads to now. */
static enum exit_code open_object(struct object *object,
				  const struct policy *policy)
{
	struct stat st;

	object->fd = open(object->path, O_PATH | O_CLOEXEC);
	if (object->fd < 0 || fstat(object->fd, &st))
		return fail_at(EXIT_PATH, policy->file, object->at, "%s: %s%s",
			       object->path, strerror(errno), remedy(errno));
	object->mode = st.st_mode;
	object->dev = st.st_dev;
	object->ino = st.st_ino;
	return EXIT_OK;
}

static bool is_script(const char *path)
{
	__cleanup(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char start[2];

	return fd >= 0 && read(fd, start, sizeof(start)) == sizeof(start) &&
	       start[0] == '#' && start[1] == '!';
}

static enum exit_code check_program(const struct object *program,
				    const struct policy *policy)
{
	if (!S_ISREG(program->mode))
		return fail_at(EXIT_PATH, policy->file, program->at,
			       "%s: not a regular file, so no program",
			       program->path);
	if (!(program->mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return fail_at(EXIT_PATH, policy->file, program->at,
			       "%s: not executable: chmod +x, or remove it",
			       program->path);
	if (is_script(program->path))
		return fail_at(
			EXIT_PATH, policy->file, program->at,
			"%s: a script: what runs is its interpreter, which runs any other script too; except a compiled program",
			program->path);
	return EXIT_OK;
}

static bool same(const struct object *a, const struct object *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Two names of one object: which rule holds would depend on their order. */
static enum exit_code check_distinct(const struct objects *objects,
				     unsigned int n,
				     const struct policy *policy)
{
	const struct object *object = &objects->rule[n];
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (objects->rule[i].fd >= 0 && same(&objects->rule[i], object))
			return fail_at(
				EXIT_POLICY, policy->file, object->at,
				"%s: is the same as %s in line %u: make the rules one",
				object->path, objects->rule[i].path,
				objects->rule[i].at.line);
	}
	return EXIT_OK;
}

static enum exit_code open_rule(struct objects *objects, unsigned int n,
				const struct policy *policy)
{
	const struct rule *rule = &policy->rules[n];
	struct object *object = &objects->rule[n];
	enum exit_code err, result;
	unsigned int i;

	object->path = rule->path;
	object->at = rule->path_at;
	result = open_object(object, policy) ?:
					       check_distinct(objects, n, policy);

	objects->first_program[n] = objects->programs;
	for (i = 0; i < rule->except_count; i++) {
		object = &objects->program[objects->programs++];
		object->path = rule->except[i].path;
		object->at = rule->except[i].at;
		err = open_object(object, policy) ?:
						    check_program(object, policy);
		result = result ?: err;
	}
	return result;
}

static int allocate(struct objects *objects, const struct policy *policy)
{
	unsigned int n, programs = 0;

	for (n = 0; n < policy->rules_count; n++)
		programs += policy->rules[n].except_count;
	objects->rules = policy->rules_count;
	objects->rule = calloc(objects->rules + 1, sizeof(struct object));
	objects->program = calloc(programs + 1, sizeof(struct object));
	objects->first_program =
		calloc(objects->rules + 1, sizeof(unsigned int));
	if (!objects->rule || !objects->program || !objects->first_program)
		return -ENOMEM;
	return 0;
}

/* Two descriptors for each object at most, and root may have as many. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max = 1024 * 1024;
	setrlimit(RLIMIT_NOFILE, &limit);
}

enum exit_code objects_open(struct objects *objects,
			    const struct policy *policy)
{
	enum exit_code err, result = EXIT_OK;
	unsigned int n;

	objects->file = policy->file;
	raise_file_limit();
	if (allocate(objects, policy)) {
		objects->rules = 0;
		return fail(EXIT_OTHER, "out of memory");
	}
	for (n = 0; n < objects->rules; n++)
		objects->rule[n].fd = -1;
	for (n = 0; n < objects->rules; n++) {
		err = open_rule(objects, n, policy);
		result = result ?: err;
	}
	objects->first_program[n] = objects->programs;
	return result;
}

void objects_close(struct objects *objects)
{
	unsigned int n;

	for (n = 0; n < objects->rules; n++)
		close_fd(&objects->rule[n].fd);
	for (n = 0; n < objects->programs; n++)
		close_fd(&objects->program[n].fd);
	free(objects->rule);
	free(objects->program);
	free(objects->first_program);
}
