/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's harness, for kernels that differ in speed: time_factor()
 * multiplies the time limit of a test. The harness defines functions, so only
 * the file with the tests includes it.
 */
#ifndef __PATHWARD_KSELFTEST_HARNESS_H__
#define __PATHWARD_KSELFTEST_HARNESS_H__

#include <unistd.h>

#include "time_factor.h"

#define alarm(seconds) alarm((seconds)*time_factor())
#include <selftests/kselftest_harness.h>
#undef alarm

#endif
