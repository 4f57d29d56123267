/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's harness, for kernels that differ in speed: the seconds that a test
 * is limited to are multiplied by time_factor(). It defines functions: only the file
 * with the tests includes it.
 */
#ifndef __PATHWARD_KSELFTEST_HARNESS_H__
#define __PATHWARD_KSELFTEST_HARNESS_H__

#include <unistd.h>

#include "time_factor.h"

#define alarm(seconds) alarm((seconds)*time_factor())
#include <selftests/kselftest_harness.h>
#undef alarm

#endif
