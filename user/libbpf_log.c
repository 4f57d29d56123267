// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libbpf_log.h"
#include "options.h"

#define SHOWN_LINES 15

/* The end of the log, as it has the verifier's verdict. */
static char kept[16384];
static size_t kept_size;

static void keep(const char *text, size_t size)
{
	size_t drop;

	if (size >= sizeof(kept)) {
		text += size - sizeof(kept) + 1;
		size = sizeof(kept) - 1;
	}
	if (kept_size + size >= sizeof(kept)) {
		drop = kept_size + size - sizeof(kept) + 1;
		kept_size -= drop;
		memmove(kept, kept + drop, kept_size);
	}
	memcpy(kept + kept_size, text, size);
	kept_size += size;
	kept[kept_size] = '\0';
}

static int listen(enum libbpf_print_level level, const char *format,
		  va_list arguments)
{
	char *text = NULL;
	int n;

	if (options.verbose)
		return vfprintf(stderr, format, arguments);
	if (level == LIBBPF_DEBUG)
		return 0;
	n = vasprintf(&text, format, arguments);
	if (n > 0)
		keep(text, n);
	if (n >= 0)
		free(text);
	return n;
}

void libbpf_log_start(void)
{
	libbpf_set_print(listen);
}

void libbpf_log_print(void)
{
	const char *start = kept + kept_size;
	int lines = 0;

	while (start > kept && !(start[-1] == '\n' && lines++ == SHOWN_LINES))
		start--;
	fputs(start, stderr);
}
