// SPDX-License-Identifier: GPL-2.0-only
/* The text of a policy: reading it, its syntax, and where things are in it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "policy.h"
#include "util.h"

#define POLICY_SIZE_MAX (16 * 1024 * 1024)

static struct position position(yaml_mark_t mark)
{
	return (struct position){ mark.line + 1, mark.column + 1 };
}

static int read_all(struct policy_text *text, int fd)
{
	size_t room = 0;
	ssize_t n;
	char *more;

	do {
		if (text->size == room) {
			room = room ? 2 * room : 4096;
			more = realloc(text->data, room);
			if (!more)
				return -ENOMEM;
			text->data = more;
		}
		n = read(fd, text->data + text->size, room - text->size);
		if (n < 0)
			return -errno;
		text->size += n;
		if (text->size > POLICY_SIZE_MAX)
			return -EFBIG;
	} while (n);
	return 0;
}

static yaml_node_t *node(const struct policy_text *text, int index)
{
	return yaml_document_get_node((yaml_document_t *)&text->document,
				      index);
}

/* C strings follow: a NUL would cut a path short. */
static int refuse_nul(const struct policy_text *text)
{
	yaml_node_t *n;
	int i;

	for (i = 1; (n = node(text, i)); i++) {
		if (n->type == YAML_SCALAR_NODE &&
		    memchr(n->data.scalar.value, 0, n->data.scalar.length))
			return fail_at(EXIT_POLICY, text->file,
				       position(n->start_mark),
				       "a NUL character: remove it");
	}
	return EXIT_OK;
}

/* A byte that is no text has an offset, but no mark. */
static struct position position_of_byte(const struct policy_text *text,
					size_t offset)
{
	struct position at = { 1, 1 };
	size_t i;

	for (i = 0; i < offset && i < text->size; i++) {
		at.column++;
		if (text->data[i] == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	return at;
}

static int syntax_error(const struct policy_text *text, const yaml_parser_t *p)
{
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		return fail(EXIT_OTHER, "out of memory");
	if (p->error == YAML_READER_ERROR)
		return fail_at(EXIT_POLICY, text->file,
			       position_of_byte(text, p->problem_offset),
			       "not text: %s", p->problem);
	return fail_at(EXIT_POLICY, text->file, position(mark),
		       "not YAML: %s%s%s", p->problem, p->context ? " " : "",
		       p->context ?: "");
}

static int refuse_second(const struct policy_text *text, yaml_parser_t *parser)
{
	yaml_document_t second;
	yaml_node_t *root;
	int err = EXIT_OK;

	if (!yaml_parser_load(parser, &second))
		return syntax_error(text, parser);
	root = yaml_document_get_root_node(&second);
	if (root)
		err = fail_at(EXIT_POLICY, text->file,
			      position(root->start_mark),
			      "a second document: a policy is one");
	yaml_document_delete(&second);
	return err;
}

static int parse_documents(struct policy_text *text, yaml_parser_t *parser)
{
	yaml_node_t *root;

	if (!yaml_parser_load(parser, &text->document))
		return syntax_error(text, parser);
	text->parsed = true;
	root = yaml_document_get_root_node(&text->document);
	if (!root)
		return fail_at(
			EXIT_POLICY, text->file, (struct position){ 1, 1 },
			"an empty policy; the least is 'version: 1' and 'rules: []'");
	if (root->type != YAML_MAPPING_NODE)
		return fail_at(
			EXIT_POLICY, text->file, position(root->start_mark),
			"a policy starts with keys: version, mode, default, rules");

	return refuse_second(text, parser) ?: refuse_nul(text);
}

int policy_text_read(struct policy_text *text, const char *file)
{
	__cleanup(close_fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
	__cleanup(yaml_parser_delete) yaml_parser_t parser = {};
	int err;

	text->file = file;
	if (fd < 0)
		return fail(EXIT_POLICY, "%s: %s", file, strerror(errno));
	err = read_all(text, fd);
	if (err)
		return fail(EXIT_POLICY, "%s: %s", file, strerror(-err));
	if (!yaml_parser_initialize(&parser))
		return fail(EXIT_OTHER, "out of memory");
	yaml_parser_set_input_string(&parser, (unsigned char *)text->data,
				     text->size);
	return parse_documents(text, &parser);
}

void policy_text_free(struct policy_text *text)
{
	if (text->parsed)
		yaml_document_delete(&text->document);
	free(text->data);
}

static bool is_text(const yaml_node_t *n, const char *value)
{
	return n && n->type == YAML_SCALAR_NODE &&
	       !strcmp((const char *)n->data.scalar.value, value);
}

static yaml_node_t *value_of(const struct policy_text *text,
			     const yaml_node_t *map, const char *key)
{
	yaml_node_pair_t *pair;

	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		if (is_text(node(text, pair->key), key))
			return node(text, pair->value);
	}
	return NULL;
}

static yaml_node_t *item_of(const struct policy_text *text,
			    const yaml_node_t *list, unsigned int i)
{
	yaml_node_item_t *item;

	if (!list || list->type != YAML_SEQUENCE_NODE)
		return NULL;
	item = list->data.sequence.items.start + i;
	return item < list->data.sequence.items.top ? node(text, *item) : NULL;
}

struct position policy_position(const struct policy_text *text, int rule,
				const char *key, unsigned int item)
{
	yaml_node_t *root = node(text, 1), *map = root, *value;

	if (rule != POLICY_NO_RULE)
		map = item_of(text, value_of(text, root, "rules"), rule);
	value = value_of(text, map, key);
	if (value)
		map = item_of(text, value, item) ?: value;
	return position((map ?: root)->start_mark);
}

struct position policy_position_of_text(const struct policy_text *text,
					struct position from, const char *value)
{
	yaml_mark_t *best = NULL;
	yaml_node_t *n;
	int i;

	for (i = 1; (n = node(text, i)); i++) {
		struct position at = position(n->start_mark);

		if (!is_text(n, value) || at.line < from.line ||
		    (at.line == from.line && at.column < from.column))
			continue;
		if (!best || n->start_mark.index < best->index)
			best = &n->start_mark;
	}
	return best ? position(*best) : from;
}
