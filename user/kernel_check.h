/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

#include "error.h"

/*
 * Check that this process may load and unload a policy: EXIT_OK, or
 * EXIT_PRIVILEGE after the reason was reported.
 */
enum exit_code privilege_check(void);

/*
 * Check that the kernel can enforce a policy: EXIT_OK, or EXIT_KERNEL after the
 * missing feature was reported.
 */
enum exit_code kernel_check(void);

#endif
