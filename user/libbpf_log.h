/* SPDX-License-Identifier: GPL-2.0-only */
/* The messages of libbpf: the last ones are shown when a load is refused. */
#ifndef LIBBPF_LOG_H
#define LIBBPF_LOG_H

/* Keep libbpf's messages from now on or, with -v, print them at once. */
void libbpf_log_start(void);

/* Print the last lines that were kept on standard error. */
void libbpf_log_print(void);

#endif
