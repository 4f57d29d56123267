// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "links.h"
#include "object_check.h"
#include "pathward.h"
#include "util.h"

#define ANYBODY_EXECUTES (S_IXUSR | S_IXGRP | S_IXOTH)
/* In the option cache= of 9p: names and inodes are kept (CACHE_META) */
#define V9FS_CACHE_META 2

/* The object that is looked at, for the functions below */
struct subject {
	const struct objects *objects;
	const struct object *object;
};

#define refuse(subject, format, ...)                                        \
	fail_at(EXIT_PATH, (subject)->objects->file, (subject)->object->at, \
		"%s: " format,                                              \
		(subject)->object->path __VA_OPT__(, ) __VA_ARGS__)

#define caution(subject, format, ...)                            \
	warn_at((subject)->objects->file, (subject)->object->at, \
		"%s: " format,                                   \
		(subject)->object->path __VA_OPT__(, ) __VA_ARGS__)

static bool is_on(const struct object *object, const char *type)
{
	return object->mount && !strcmp(object->mount->type, type);
}

static const char *resolved(const struct object *object)
{
	return object->resolved ?: object->path;
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Every mount of procfs has objects of its own, and makes those below its root
 * anew at each look-up; every network namespace has a sysfs. Users can mount
 * both, in a user namespace.
 */
static enum exit_code check_proc(const struct subject *s, const struct rule *r)
{
	if (is_on(s->object, "proc") &&
	    strcmp(resolved(s->object), s->object->mount->point))
		return refuse(
			s,
			"is in procfs, which makes its objects anew: a rule would match nothing: remove it");
	if ((is_on(s->object, "proc") || is_on(s->object, "sysfs")) && r->deny)
		return refuse(
			s,
			"is in %s, which users can mount anew: a rule that denies would not hold: remove it",
			s->object->mount->type);
	return EXIT_OK;
}

static unsigned long v9fs_cache(const struct mount_entry *mount)
{
	const char *option = strstr(mount->options, "cache=");

	return option ? strtoul(option + strlen("cache="), NULL, 16) : 0;
}

/* A rule needs the inode that the next look-up finds to be the one it is on. */
static enum exit_code check_inode_is_stable(const struct subject *s)
{
	const struct mount_entry *mount = s->object->mount;

	if (is_on(s->object, "9p") && !(v9fs_cache(mount) & V9FS_CACHE_META))
		return refuse(
			s,
			"is on 9p without a cache of names, which makes inodes anew: a rule would be lost: mount it with cache=loose");
	if (is_on(s->object, "overlay") && S_ISDIR(s->object->mode) &&
	    mount_has_option(mount, "index=on") &&
	    !mount_has_option(mount, "nfs_export=on"))
		return refuse(
			s,
			"is on overlayfs with index=on, where a directory that is copied up gets a new inode: a rule would be lost: mount it with nfs_export=on or index=off");
	return EXIT_OK;
}

/* Each name of a file with several has an inode of its own on such a mount. */
static bool names_have_inodes(const struct object *object)
{
	if (is_on(object, "9p"))
		return true;
	return is_on(object, "overlay") &&
	       strstr(object->mount->options, "upperdir=") &&
	       !mount_has_option(object->mount, "index=on");
}

static enum exit_code check_names(const struct subject *s)
{
	const struct objects *objects = s->objects;
	nlink_t named = 0;
	unsigned int n;

	if (S_ISDIR(s->object->mode) || s->object->links < 2 ||
	    !names_have_inodes(s->object))
		return EXIT_OK;
	for (n = 0; n < objects->rules; n++)
		named += object_same(&objects->rule[n].self, s->object);
	if (named >= s->object->links)
		return EXIT_OK;
	return refuse(
		s,
		"has %lu names, and on %s a rule holds for one: write a rule for each, or mount overlayfs with index=on",
		(unsigned long)s->object->links, s->object->mount->type);
}

/* The rules of two names must be alike, as it is unknown if they are two inodes. */
static bool may_repeat(const struct rule *a, const struct rule *b,
		       const struct object *object)
{
	return names_have_inodes(object) && a->allow == b->allow &&
	       a->deny == b->deny && !a->except_count && !b->except_count;
}

/* Of two rules on one object, the order would decide which one holds. */
static enum exit_code check_distinct(const struct subject *s, unsigned int n,
				     const struct policy *policy)
{
	const struct object *other;
	unsigned int i;

	for (i = 0; i < n; i++) {
		other = &s->objects->rule[i].self;
		if (object_same(other, s->object) &&
		    !may_repeat(&policy->rules[i], &policy->rules[n],
				s->object))
			return fail_at(
				EXIT_POLICY, s->objects->file, s->object->at,
				"%s: is the same object as %s in line %u: make the rules one",
				s->object->path, other->path, other->at.line);
	}
	return EXIT_OK;
}

/* One device node is used by the whole machine, /dev/null above all. */
static enum exit_code check_device(const struct subject *s)
{
	if (!S_ISCHR(s->object->mode) && !S_ISBLK(s->object->mode))
		return EXIT_OK;
	if (object_was_led(s->object))
		return refuse(
			s,
			"leads to the device %s, which the whole machine uses: name the device itself if a rule on it is meant",
			resolved(s->object));
	caution(s,
		"is a device: the rule holds for every program that uses it");
	return EXIT_OK;
}

static void look_at_link(const char *link, const struct stat *st, void *data)
{
	const struct subject *s = data;

	if (st->st_uid && st->st_uid != geteuid())
		caution(s,
			"the symbolic link %s belongs to uid %u: the owner can make it lead elsewhere before the next load",
			link, st->st_uid);
	if (st->st_dev != s->object->dev && !is_on(s->object, "btrfs") &&
	    !is_on(s->object, "overlay"))
		caution(s,
			"the symbolic link %s leads to %s on another filesystem (%s)",
			link, resolved(s->object),
			s->object->mount ? s->object->mount->type : "unknown");
}

static bool has_denying_rule(const struct objects *objects,
			     const struct policy *policy, const char *point)
{
	unsigned int n;

	for (n = 0; n < objects->rules; n++) {
		if (policy->rules[n].deny &&
		    !strcmp(resolved(&objects->rule[n].self), point))
			return true;
	}
	return false;
}

/*
 * A rule holds for a filesystem mounted below its directory, as long as it is
 * reached there. In a user namespace, a user can mount it elsewhere.
 */
static void look_below(const struct subject *s, const struct policy *policy)
{
	const struct mountinfo *mounts = &s->objects->mounts;
	const char *top = resolved(s->object), *point;
	size_t length = strcmp(top, "/") ? strlen(top) : 0;
	unsigned int i;

	if (length == 0) /* every mount is below the root */
		return;
	for (i = 0; i < mounts->count; i++) {
		point = mounts->mount[i].point;
		if (!strncmp(point, top, length) && point[length] == '/' &&
		    !has_denying_rule(s->objects, policy, point))
			caution(s,
				"users who can reach %s, a mount below it, can mount that elsewhere in a user namespace: write a rule for it, too",
				point);
	}
}

/* The mounter ends the rule with the filesystem, and users wait for it. */
static void look_for_autofs(const struct subject *s)
{
	const struct mountinfo *mounts = &s->objects->mounts;
	unsigned int i;

	for (i = 0; s->object->mount && i < mounts->count; i++) {
		if (!strcmp(mounts->mount[i].type, "autofs") &&
		    !strcmp(mounts->mount[i].point, s->object->mount->point))
			caution(s,
				"is on a filesystem that is mounted on demand: the rule ends when it is unmounted");
	}
}

static enum exit_code check_rule(const struct subject *s, unsigned int n,
				 const struct policy *policy)
{
	const struct rule *rule = &policy->rules[n];
	enum exit_code err;

	err = check_distinct(s, n, policy)     ?:
		      check_proc(s, rule)      ?:
		      check_inode_is_stable(s) ?:
		      check_names(s)	       ?:
						 check_device(s);
	if (err)
		return err;
	links_each(s->object->path, look_at_link, (void *)s);
	if (rule->deny && S_ISDIR(s->object->mode))
		look_below(s, policy);
	look_for_autofs(s);
	return EXIT_OK;
}

static bool is_script(const char *path)
{
	__cleanup(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char start[2];

	return fd >= 0 && read(fd, start, sizeof(start)) == sizeof(start) &&
	       start[0] == '#' && start[1] == '!';
}

/* Programs that do whatever their user says, by the usual names */
static bool is_interpreter(const char *name)
{
	static const char *const patterns[] = {
		"busybox*", "toybox*", "coreutils", "ld-linux*", "ld.so*",
		"env",	    "sh",      "ash",	    "bash*",	 "dash",
		"ksh*",	    "mksh",    "zsh*",	    "fish",	 "python*",
		"perl*",    "ruby*",   "lua*",	    "node*",	 "php*",
		"tclsh*",   "awk",     "gawk",	    "mawk",	 "gdb",
	};
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (!fnmatch(patterns[i], name, 0))
			return true;
	}
	return false;
}

static enum exit_code check_program(const struct subject *s)
{
	const struct object *program = s->object;
	const char *name = last_name(resolved(program));

	if (!S_ISREG(program->mode))
		return refuse(s, "not a regular file: 'except' takes programs");
	if (!(program->mode & ANYBODY_EXECUTES))
		return refuse(s, "not executable: chmod +x, or remove it");
	if (is_script(program->path))
		return refuse(
			s,
			"is a script: the kernel runs its interpreter, which runs any other script, too: except a compiled program");
	links_each(program->path, look_at_link, (void *)s);
	if (strcmp(last_name(program->path), name))
		caution(s,
			"leads to %s: the exception holds for that, under each of its names",
			resolved(program));
	else if (program->links > 1)
		caution(s,
			"has %lu names (hard links): the exception holds for each of them",
			(unsigned long)program->links);
	if (is_interpreter(name))
		caution(s,
			"runs any command or script: the exception is one for everybody who can start it");
	return EXIT_OK;
}

static enum exit_code check_all_of_rule(const struct objects *objects,
					unsigned int n,
					const struct policy *policy)
{
	const struct rule_objects *of_rule = &objects->rule[n];
	struct subject s = { objects, &of_rule->self };
	enum exit_code result = check_rule(&s, n, policy), err;
	unsigned int i;

	for (i = 0; i < of_rule->programs; i++) {
		s.object = &of_rule->program[i];
		err = check_program(&s);
		result = result ?: err;
	}
	return result;
}

/* Return the rule on the directory or file @fd that mentions reading, or -1. */
static int reading_rule(const struct objects *objects,
			const struct policy *policy, int fd)
{
	struct object here = {};
	struct stat st;
	unsigned int n;

	if (fstat(fd, &st))
		return -1;
	here.dev = st.st_dev;
	here.ino = st.st_ino;
	for (n = 0; n < objects->rules; n++) {
		if (object_same(&objects->rule[n].self, &here) &&
		    (policy->rules[n].allow | policy->rules[n].deny) &
			    PATHWARD_READ)
			return n;
	}
	return -1;
}

static bool is_same_directory(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* Return the nearest rule that mentions reading at or above @path, or -1. */
static int nearest_reading_rule(const struct objects *objects,
				const struct policy *policy, char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC), up, rule;
	char *slash = strrchr(path, '/');

	rule = fd < 0 ? -1 : reading_rule(objects, policy, fd);
	close_fd(&fd);
	if (rule >= 0 || !slash)
		return rule;
	*slash = '\0';
	fd = open(*path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0) {
		rule = reading_rule(objects, policy, fd);
		up = rule >= 0 ?
			     -1 :
			     openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (up >= 0 && is_same_directory(fd, up))
			close_fd(&up), up = -1;
		close_fd(&fd);
		fd = up;
	}
	return rule;
}

/*
 * An exception for pathward does not help: an executable is opened by the
 * program that starts it.
 */
static void look_for_lockout(const struct objects *objects,
			     const struct policy *policy)
{
	char self[PATHWARD_PATH_MAX], path[PATHWARD_PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int rule;

	if (n <= 0 || policy->mode == PATHWARD_AUDIT)
		return;
	self[n] = '\0';
	strcpy(path, self);
	rule = nearest_reading_rule(objects, policy, path);
	if (rule < 0 && policy->default_deny)
		warn("the default denies reading %s: nobody could start it to unload the policy: allow it",
		     self);
	else if (rule >= 0 && policy->rules[rule].deny & PATHWARD_READ)
		warn_at(objects->file, objects->rule[rule].self.at,
			"%s: denies reading %s: nobody could start it to unload the policy: allow it",
			objects->rule[rule].self.path, self);
}

enum exit_code objects_check(const struct objects *objects,
			     const struct policy *policy)
{
	enum exit_code err, result = EXIT_OK;
	unsigned int n;

	for (n = 0; n < objects->rules; n++) {
		err = check_all_of_rule(objects, n, policy);
		result = result ?: err;
	}
	if (!result)
		look_for_lockout(objects, policy);
	return result;
}
