// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mountinfo.h"
#include "util.h"

#define MOUNTINFO "/proc/self/mountinfo"

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static int octal(const char *digits)
{
	int n = 0, i;

	for (i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return -1;
		n = 8 * n + digits[i] - '0';
	}
	return n;
}

/* Copy a field, in which the kernel has written blanks and such as \ooo. */
static char *unescape(const char *field)
{
	char *copy = malloc(strlen(field) + 1), *to = copy;
	int c;

	if (!copy)
		return NULL;
	while (*field) {
		c = *field == '\\' ? octal(field + 1) : -1;
		field += c < 0 ? 1 : 4;
		*to++ = c < 0 ? field[-1] : c;
	}
	*to = '\0';
	return copy;
}

/*
 * "36 35 98:0 / /mnt rw,noatime shared:1 - ext4 /dev/root rw,errors=continue":
 * id, parent, device, root, mount point, options of the mount, optional fields,
 * a hyphen, type, source, options of the superblock. Returns 0 or -errno.
 */
static int parse(char *line, struct mount_entry *mount)
{
	char *field[6], *rest, *end = strstr(line, " - ");
	int i;

	if (!end)
		return -EINVAL;
	*end = '\0';
	rest = line;
	for (i = 0; i < 6; i++)
		field[i] = strsep(&rest, " ");
	if (!field[5] || sscanf(field[0], "%d", &mount->id) != 1 ||
	    sscanf(field[2], "%u:%u", &mount->major, &mount->minor) != 2)
		return -EINVAL;
	rest = end + 3;
	mount->point = unescape(field[4]);
	mount->type = unescape(strsep(&rest, " "));
	strsep(&rest, " "); /* the source */
	mount->options = strdup(rest ? strsep(&rest, "\n") : "");
	return mount->point && mount->type && mount->options ? 0 : -ENOMEM;
}

static int add(struct mountinfo *mounts, char *line)
{
	struct mount_entry *more;

	more = reallocarray(mounts->mount, mounts->count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	mounts->mount = more;
	mounts->mount[mounts->count] = (struct mount_entry){};
	return parse(line, &mounts->mount[mounts->count++]);
}

int mountinfo_read(struct mountinfo *mounts)
{
	__cleanup(close_file) FILE *file = fopen(MOUNTINFO, "re");
	__cleanup(free_pointer) char *line = NULL;
	size_t size = 0;
	int err = 0;

	if (!file)
		return -errno;
	while (!err && getline(&line, &size, file) > 0)
		err = add(mounts, line);
	return err ?: ferror(file) ? -EIO : 0;
}

void mountinfo_free(struct mountinfo *mounts)
{
	unsigned int i;

	for (i = 0; i < mounts->count; i++) {
		free(mounts->mount[i].point);
		free(mounts->mount[i].type);
		free(mounts->mount[i].options);
	}
	free(mounts->mount);
}

const struct mount_entry *mountinfo_find(const struct mountinfo *mounts, int id)
{
	unsigned int i;

	for (i = 0; i < mounts->count; i++) {
		if (mounts->mount[i].id == id)
			return &mounts->mount[i];
	}
	return NULL;
}

const char *mount_option(const struct mount_entry *mount, const char *name)
{
	const char *option = mount->options;
	size_t length = strlen(name);

	while (option) {
		if (!strncmp(option, name, length)) {
			if (option[length] == '=')
				return option + length + 1;
			if (option[length] == ',' || option[length] == '\0')
				return "";
		}
		option = strchr(option, ',');
		option = option ? option + 1 : NULL;
	}
	return NULL;
}
