// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "links.h"
#include "util.h"

#define LINKS_MAX 40

/* The path to go on with: @rest from the target of @link. NULL: none. */
static char *follow(const char *link, const char *rest)
{
	char target[PATH_MAX], *path;
	const char *slash = strrchr(link, '/');
	ssize_t n = readlink(link, target, sizeof(target) - 1);

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	if (asprintf(&path, "%.*s%s%s",
		     target[0] == '/' ? 0 : (int)(slash + 1 - link), link,
		     target, rest) < 0)
		return NULL;
	return path;
}

/*
 * Find the first symbolic link among the prefixes of @path. Returns the end of
 * the prefix, or NULL: there is none.
 */
static const char *first_link(const char *path, char *prefix, struct stat *st)
{
	const char *end = path;

	while (*end) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		if (end - path >= PATH_MAX)
			return NULL;
		memcpy(prefix, path, end - path);
		prefix[end - path] = '\0';
		if (lstat(prefix, st))
			return NULL;
		if (S_ISLNK(st->st_mode))
			return end;
	}
	return NULL;
}

void links_each(const char *path,
		void (*visit)(const char *link, const struct stat *st,
			      void *data),
		void *data)
{
	__cleanup(free_pointer) char *way = strdup(path);
	char prefix[PATH_MAX], *next;
	const char *end;
	struct stat st;
	int n;

	for (n = 0; n < LINKS_MAX && way; n++) {
		end = first_link(way, prefix, &st);
		if (!end)
			return;
		visit(prefix, &st, data);
		next = follow(prefix, end);
		free(way);
		way = next;
	}
}
