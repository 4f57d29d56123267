/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Can this process, and this kernel, load a policy? Both say what is missing and
 * return an exit code.
 */
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

int privilege_check(void);
int kernel_check(void);

#endif
