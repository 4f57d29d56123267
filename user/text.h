/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of rights, and printing names that anybody may have chosen. */
#ifndef TEXT_H
#define TEXT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Return the right called @name (PATHWARD_READ, ...), or 0 if there is none. */
uint32_t right_named(const char *name);

/*
 * Return the names of @rights, with @separator between them, or "none". The
 * text is valid until the next call.
 */
const char *rights_join(uint32_t rights, const char *separator);

/* Return the names of @rights, separated by commas; see rights_join(). */
const char *rights_text(uint32_t rights);

/* Return the names of @rights as a new list, or NULL if there is no memory. */
json_t *rights_json(uint32_t rights);

/*
 * Print @text so that it can neither drive a terminal nor change the order in
 * which it shows the line: bytes that are not UTF-8, control characters, line
 * and paragraph separators and characters that set the direction of writing
 * become \ooo, byte by byte; a backslash is doubled.
 */
void print_text(FILE *out, const char *text);

/*
 * Print a name that is a word of a line. It is printed as it is if it consists
 * of characters that print_text() does not change, without blanks and double
 * quotes, and is not empty. Else it is printed as by print_text() between double
 * quotes, with a backslash before each double quote in it. So no name can be
 * taken for several words, nor for the words around it.
 */
void print_name(FILE *out, const char *name);

/*
 * Set @key of @object to @text. JSON is UTF-8, but names are bytes: if @text is
 * not UTF-8, each wrong byte becomes U+FFFD, and the key KEY_hex has all bytes
 * in hexadecimal. If there is no memory, neither key is set.
 */
void json_set_text(json_t *object, const char *key, const char *text);

/* Print @object on a line of its own and release it. */
void json_print_line(json_t *object);

#endif
