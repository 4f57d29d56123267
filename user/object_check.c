// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "links.h"
#include "lockout.h"
#include "object_check.h"
#include "pathward.h"
#include "util.h"

#define ANYBODY_EXECUTES (S_IXUSR | S_IXGRP | S_IXOTH)
/* The inode number of the root of procfs and of tracefs */
#define ROOT_INO 1

/* The object that is looked at, for the functions below */
struct subject {
	const struct objects *objects;
	const struct object *object;
};

/* @hint: the remedy, or NULL */
#define refuse(subject, hint, format, ...)                       \
	fail_hint_at(EXIT_PATH, (subject)->objects->file,        \
		     (subject)->object->at, hint, "%s: " format, \
		     (subject)->object->path, ##__VA_ARGS__)

#define caution(subject, format, ...)                            \
	warn_at((subject)->objects->file, (subject)->object->at, \
		"%s: " format, (subject)->object->path, ##__VA_ARGS__)

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
 * Every mount of procfs has objects of its own, and every network namespace has a
 * sysfs; users can mount both, in a user namespace. procfs and tracefs make the
 * objects below their roots anew at a look-up.
 */
static enum exit_code check_proc(const struct subject *s, const struct rule *r)
{
	const struct object *object = s->object;
	bool proc = object->magic == PROC_SUPER_MAGIC;

	if ((proc || object->magic == TRACEFS_MAGIC) && object->ino != ROOT_INO)
		return refuse(s, "remove the rule",
			      "is in %s, which makes its objects anew, so a "
			      "rule would match nothing",
			      proc ? "procfs" : "tracefs");
	if ((proc || object->magic == SYSFS_MAGIC) && r->deny)
		return refuse(s, "remove the rule",
			      "is in %s, which users can mount anew, so a rule "
			      "that denies would not hold",
			      proc ? "procfs" : "sysfs");
	return EXIT_OK;
}

/* The kernel shows the option only if it differs from the module's parameter. */
static bool overlay_has_index(const struct mount_entry *mount)
{
	__cleanup(close_fd) int fd = -1;
	const char *option = mount_option(mount, "index");
	char value = 'N';

	if (option)
		return !strncmp(option, "on", 2);
	fd = open("/sys/module/overlay/parameters/index", O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, &value, 1) == 1 && value == 'Y';
}

/*
 * A rule needs the inode that the next look-up finds to be the one it is on. 9p
 * makes another inode when an object has changed. overlayfs, without an index,
 * has an inode for each name of a file with hard links, and may make another
 * one when a file is copied up, depending on the filesystems of its layers.
 */
static enum exit_code check_inode_is_stable(const struct subject *s)
{
	const struct mount_entry *mount = s->object->mount;

	/* statfs() on 9p gives the number of the host's filesystem. */
	if (mount && !strcmp(mount->type, "9p"))
		return refuse(
			s, "remove the rule",
			"is on 9p, which makes its inodes anew, so a rule "
			"would be lost");
	if (s->object->magic != OVERLAYFS_SUPER_MAGIC ||
	    S_ISDIR(s->object->mode))
		return EXIT_OK;
	if (mount &&
	    (!mount_option(mount, "upperdir") || overlay_has_index(mount)))
		return EXIT_OK;
	return refuse(s,
		      "write the rule on its directory, or mount with index=on",
		      "is a file on overlayfs without an index, which may make "
		      "its inode anew, so a rule could be lost");
}

/* Of two rules on one object, the order would decide which one holds. */
static enum exit_code check_distinct(const struct subject *s, unsigned int n)
{
	const struct object *other;
	unsigned int i;

	for (i = 0; i < n; i++) {
		other = &s->objects->rule[i].self;
		if (object_same(other, s->object))
			return fail_hint_at(
				EXIT_POLICY, s->objects->file, s->object->at,
				"make the rules one",
				"%s: is the same object as %s in line %u",
				s->object->path, other->path, other->at.line);
	}
	return EXIT_OK;
}

static void count_link(const char *link, const struct stat *st, void *data)
{
	(void)link;
	(void)st;
	++*(unsigned int *)data;
}

static bool leads_through_links(const char *path)
{
	unsigned int links = 0;

	links_each(path, count_link, &links);
	return links > 0;
}

/* One device node is used by the whole machine, /dev/null above all. */
static enum exit_code check_device(const struct subject *s)
{
	if (!S_ISCHR(s->object->mode) && !S_ISBLK(s->object->mode))
		return EXIT_OK;
	if (leads_through_links(s->object->path))
		return refuse(s,
			      "name the device itself if a rule on it is meant",
			      "leads to the device %s, which the whole machine "
			      "uses",
			      resolved(s->object));
	caution(s,
		"is a device: the rule holds for every program that uses it");
	return EXIT_OK;
}

static bool is_foreign(const struct stat *st)
{
	return st->st_uid && st->st_uid != geteuid();
}

/* Return true if other users can put something else at the name @path. */
static bool name_is_foreign(const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[PATHWARD_PATH_MAX];
	struct stat st;

	snprintf(directory, sizeof(directory), "%.*s",
		 slash == path ? 1 : (int)(slash - path), path);
	return !stat(directory, &st) &&
	       (is_foreign(&st) ||
		(st.st_mode & (S_IWGRP | S_IWOTH) && !(st.st_mode & S_ISVTX)));
}

static void look_at_link(const char *link, const struct stat *st, void *data)
{
	const struct subject *s = data;

	if (is_foreign(st) || name_is_foreign(link))
		caution(s,
			"another user can change the symbolic link %s, so that it "
			"leads elsewhere at the next load",
			link);
	if (st->st_dev != s->object->dev &&
	    s->object->magic != BTRFS_SUPER_MAGIC &&
	    s->object->magic != OVERLAYFS_SUPER_MAGIC)
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
				"users who can reach %s, a mount below it, can mount "
				"that elsewhere in a user namespace: write a "
				"rule for it, too",
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
				"is on a filesystem that is mounted on demand: the "
				"rule ends when it is unmounted");
	}
}

static enum exit_code check_rule(const struct subject *s, unsigned int n,
				 const struct policy *policy)
{
	const struct rule *rule = &policy->rules[n];
	enum exit_code err;

	err = check_distinct(s, n)	       ?:
		      check_proc(s, rule)      ?:
		      check_inode_is_stable(s) ?:
						 check_device(s);
	if (err)
		return err;
	if (!s->object->mount)
		caution(s,
			"its mount is not seen from here, so its filesystem is "
			"not checked in full");
	links_each(s->object->path, look_at_link, (void *)s);
	if (rule->deny && S_ISDIR(s->object->mode))
		look_below(s, policy);
	look_for_autofs(s);
	return EXIT_OK;
}

/* Returns 1 if @program is a script, 0 if not, or -errno. */
static int is_script(const struct object *program)
{
	__cleanup(close_fd) int fd = -1;
	char name[64], start[2] = "";

	snprintf(name, sizeof(name), "/proc/self/fd/%d", program->fd);
	/* without waiting for the holder of a lease */
	fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || read(fd, start, sizeof(start)) < 0)
		return errno == EACCES ? 0 : -errno;
	return start[0] == '#' && start[1] == '!';
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
	int script;

	if (!S_ISREG(program->mode))
		return refuse(s, "'except' takes programs",
			      "not a regular file");
	if (!(program->mode & ANYBODY_EXECUTES))
		return refuse(s, "chmod +x, or remove it", "not executable");
	script = is_script(program);
	if (script < 0)
		return refuse(s, NULL, "cannot be read: %s", strerror(-script));
	if (script)
		return refuse(s, "except a compiled program",
			      "is a script: the kernel runs its interpreter, "
			      "which runs any other script, too");
	links_each(program->path, look_at_link, (void *)s);
	if (strcmp(last_name(program->path), name))
		caution(s,
			"leads to %s: the exception holds for that, under each "
			"of its names",
			resolved(program));
	else if (program->links > 1 && program->magic != OVERLAYFS_SUPER_MAGIC)
		caution(s,
			"has %lu names (hard links): the exception holds for each of them",
			(unsigned long)program->links);
	if (is_interpreter(name))
		caution(s,
			"runs any command or script: the exception is one for "
			"everybody who can start it");
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
		lockout_check(objects, policy);
	return result;
}
