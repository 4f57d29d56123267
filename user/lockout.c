// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lockout.h"
#include "pathward.h"
#include "util.h"

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
void lockout_check(const struct objects *objects, const struct policy *policy)
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
		warn("the default denies reading %s: nobody could start it to "
		     "unload the policy: allow it",
		     self);
	else if (rule >= 0 && policy->rules[rule].deny & PATHWARD_READ)
		warn_at(objects->file, objects->rule[rule].self.at,
			"%s: denies reading %s: nobody could start it to unload "
			"the policy: allow it",
			objects->rule[rule].self.path, self);
}
