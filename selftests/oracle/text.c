// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names for people: m7 is the mount that operation 7 has made, m7.2 is another
 * mount of the same operation, and f3:/a/b is a file in the filesystem of
 * operation 3.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define BUFFERS 8
#define LENGTH 1024
#define NAME_SHOWN 12

static char *next_buffer(void)
{
	static char buffer[BUFFERS][LENGTH];
	static int next;

	next = (next + 1) % BUFFERS;
	return buffer[next];
}

const char *text_label(int label)
{
	char *text = next_buffer();

	if (label % LABELS)
		sprintf(text, "%d.%d", label / LABELS, label % LABELS);
	else
		sprintf(text, "%d", label / LABELS);
	return text;
}

static bool is_plain(unsigned char byte)
{
	return isalnum(byte) || byte == '.' || byte == '(' || byte == ')';
}

static int put_name(char *to, const char *name)
{
	size_t length = strlen(name);
	char *at = to;

	for (size_t i = 0; i < NAME_SHOWN && name[i]; i++) {
		unsigned char byte = name[i];

		at += sprintf(at, is_plain(byte) ? "%c" : "\\%03o", byte);
	}
	if (length > NAME_SHOWN)
		at += sprintf(at, "..[%zu]", length);
	return at - to;
}

/* Write the path from the right, as far as there is room. */
static char *put_path(char *text, const struct node *node)
{
	char name[4 * NAME_SHOWN + 16];
	char *at = text + LENGTH - 1;

	*at = '\0';
	if (node->deleted)
		at = memcpy(at - 10, " (deleted)", 10);
	if (!node->parent)
		*--at = '/';
	for (; node->parent; node = node->parent) {
		int length = put_name(name, node->name);

		if (at - text < length + 100) {
			at = memcpy(at - 4, "/...", 4);
			break;
		}
		at = memcpy(at - length, name, length);
		*--at = '/';
	}
	return at;
}

const char *text_node(const struct node *node)
{
	char *at = put_path(next_buffer(), node);
	char prefix[32];
	int length;

	length = sprintf(prefix, "f%s:", text_label(node->fs->label));
	return memcpy(at - length, prefix, length);
}

const char *text_level(struct level at)
{
	char *text = put_path(next_buffer(), at.node);
	char prefix[64];
	int length;

	length = sprintf(prefix, "m%s=f%s:", text_label(at.mnt->label),
			 text_label(at.node->fs->label));
	return memcpy(text - length, prefix, length);
}

const char *text_seen(struct world *w, const struct seen *seen)
{
	struct node *node = NULL;
	struct mnt *mnt = NULL;
	char *text;

	for_each_mnt(w, m)
		if (m->id == seen->mnt_id)
			mnt = m;
	for_each_node(w, n)
		if (n->ino == seen->ino && n->fs->dev == seen->dev)
			node = n;
	if (node && mnt)
		return text_level((struct level){ mnt, node });
	text = next_buffer();
	sprintf(text, "dev %llx ino %llu mnt %llx", seen->dev, seen->ino,
		seen->mnt_id);
	return text;
}
