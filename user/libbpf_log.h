/* SPDX-License-Identifier: GPL-2.0-only */
/* libbpf's messages are kept, and shown only when a load is refused. */
#ifndef LIBBPF_LOG_H
#define LIBBPF_LOG_H

void libbpf_log_start(void);
void libbpf_log_print(void);

#endif
