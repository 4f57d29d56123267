// SPDX-License-Identifier: GPL-2.0-only
/* Opening the objects that a policy names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "objects.h"
#include "util.h"

static const char *remedy(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "create it, or remove it from the policy";
	case EACCES:
		return "try as root";
	case EMFILE:
		return "raise the limit of open files (ulimit -n)";
	default:
		return NULL;
	}
}

/* The name without symbolic links, as the kernel has it for the descriptor */
static char *resolved_name(int fd)
{
	char link[64], name[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name));
	return n > 0 && n < PATH_MAX ? strndup(name, n) : NULL;
}

/* Without O_NOFOLLOW: a symbolic link stands for the object it leads to now. */
static enum exit_code open_object(const struct objects *objects,
				  struct object *object)
{
	struct statfs fs;
	struct statx st;

	object->fd = open(object->path, O_PATH | O_CLOEXEC);
	if (object->fd < 0 ||
	    statx(object->fd, "", AT_EMPTY_PATH,
		  STATX_BASIC_STATS | STATX_MNT_ID, &st) ||
	    fstatfs(object->fd, &fs))
		return fail_hint_at(EXIT_PATH, objects->file, object->at,
				    remedy(errno), "%s: %s", object->path,
				    strerror(errno));
	object->mode = st.stx_mode;
	object->dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	object->ino = st.stx_ino;
	object->links = st.stx_nlink;
	object->magic = fs.f_type;
	object->mount_id = st.stx_mask & STATX_MNT_ID ? (int)st.stx_mnt_id : -1;
	object->resolved = resolved_name(object->fd);
	return EXIT_OK;
}

static enum exit_code open_rule(struct objects *objects, unsigned int n,
				const struct rule *rule)
{
	struct rule_objects *of_rule = &objects->rule[n];
	struct object *object = &of_rule->self;
	enum exit_code err, result;
	unsigned int i;

	object->path = rule->path;
	object->at = rule->path_at;
	result = open_object(objects, object);
	for (i = 0; i < rule->except_count; i++) {
		object = &of_rule->program[i];
		object->path = rule->except[i].path;
		object->at = rule->except[i].at;
		err = open_object(objects, object);
		result = result ?: err;
	}
	return result;
}

/* Returns 0 or -ENOMEM. */
static int allocate(struct objects *objects, const struct policy *policy)
{
	struct rule_objects *of_rule;
	unsigned int n, i, programs;

	objects->rule = calloc(policy->rules_count + 1, sizeof(*of_rule));
	if (!objects->rule)
		return -ENOMEM;
	for (n = 0; n < policy->rules_count; n++) {
		of_rule = &objects->rule[objects->rules++];
		of_rule->self.fd = -1;
		programs = policy->rules[n].except_count;
		of_rule->program = calloc(programs + 1, sizeof(struct object));
		if (!of_rule->program)
			return -ENOMEM;
		of_rule->programs = programs;
		for (i = 0; i < programs; i++)
			of_rule->program[i].fd = -1;
	}
	return 0;
}

/* One descriptor for each object; root may have as many as it takes. */
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

static void find_mount(struct objects *objects, struct object *object)
{
	object->mount = mountinfo_find(&objects->mounts, object->mount_id);
}

/* Opening a path may have mounted its filesystem, so the mounts are read last. */
static enum exit_code find_mounts(struct objects *objects)
{
	int err = mountinfo_read(&objects->mounts);
	unsigned int n, i;

	if (err)
		return fail(EXIT_OTHER, "/proc/self/mountinfo: %s",
			    strerror(-err));
	for (n = 0; n < objects->rules; n++) {
		find_mount(objects, &objects->rule[n].self);
		for (i = 0; i < objects->rule[n].programs; i++)
			find_mount(objects, &objects->rule[n].program[i]);
	}
	return EXIT_OK;
}

enum exit_code objects_open(struct objects *objects,
			    const struct policy *policy)
{
	enum exit_code err, result = EXIT_OK;
	unsigned int n;

	objects->file = policy->file;
	raise_file_limit();
	if (allocate(objects, policy))
		return fail_memory();
	for (n = 0; n < objects->rules; n++) {
		err = open_rule(objects, n, &policy->rules[n]);
		result = result ?: err;
	}
	return result ?: find_mounts(objects);
}

static void close_object(struct object *object)
{
	close_fd(&object->fd);
	free(object->resolved);
}

void objects_close(struct objects *objects)
{
	unsigned int n, i;

	for (n = 0; n < objects->rules; n++) {
		close_object(&objects->rule[n].self);
		for (i = 0; i < objects->rule[n].programs; i++)
			close_object(&objects->rule[n].program[i]);
		free(objects->rule[n].program);
	}
	free(objects->rule);
	mountinfo_free(&objects->mounts);
}

enum exit_code objects_each(const struct objects *objects,
			    enum exit_code (*visit)(const struct object *object,
						    void *data),
			    void *data)
{
	enum exit_code err = EXIT_OK;
	unsigned int n, i;

	for (n = 0; n < objects->rules && !err; n++) {
		err = visit(&objects->rule[n].self, data);
		for (i = 0; i < objects->rule[n].programs && !err; i++)
			err = visit(&objects->rule[n].program[i], data);
	}
	return err;
}

bool object_same(const struct object *a, const struct object *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

bool object_was_led(const struct object *object)
{
	return object->resolved && strcmp(object->path, object->resolved);
}

const char *object_type(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFREG:
		return "file";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	case S_IFIFO:
		return "FIFO";
	case S_IFSOCK:
		return "socket";
	default:
		return "symbolic link";
	}
}
