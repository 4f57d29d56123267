/* SPDX-License-Identifier: GPL-2.0-only */
/* Can this kernel and this user load a policy? Says what is missing if not. */
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

int privilege_check(void);
int kernel_check(void);

#endif
