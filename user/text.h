/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of rights, and file names that are safe to print. */
#ifndef TEXT_H
#define TEXT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* "read", "write" or "read,write" (PATHWARD_READ, PATHWARD_WRITE); static */
const char *rights_text(uint32_t rights);

/* The same as a new list, or NULL: no memory */
json_t *rights_json(uint32_t rights);

/*
 * Control characters, also those of UTF-8, and backslashes as \ooo: a file name
 * must not drive the terminal.
 */
void print_text(FILE *out, const char *text);

/*
 * JSON is UTF-8, file names are bytes: bytes that are not UTF-8 become U+FFFD,
 * and KEY_hex holds the whole name in hexadecimal. Sets neither if memory is short.
 */
void json_set_text(json_t *object, const char *key, const char *text);

/* Prints and frees @object, one line. */
void json_print_line(json_t *object);

#endif
