/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of test_progs.h of the kernel's BPF selftests that prog_tests/ *.c
 * use. The kernel's selftests compile the same files. See test_progs.c.
 */
#ifndef __TEST_PROGS_H__
#define __TEST_PROGS_H__

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>

bool test__start_subtest(const char *name);
void test__fail(void);

#define __CHECK(ok, name, format, ...)                                     \
	({                                                                 \
		bool ___ok = (ok);                                         \
		if (!___ok) {                                              \
			test__fail();                                      \
			printf("# %s:%d: %s: " format "\n", __func__,      \
			       __LINE__, name __VA_OPT__(, ) __VA_ARGS__); \
		}                                                          \
		___ok;                                                     \
	})

#define __ASSERT_CMP(actual, op, expected, name)                               \
	({                                                                     \
		typeof(actual) ___act = (actual);                              \
		typeof(expected) ___exp = (expected);                          \
		__CHECK(___act op ___exp, name, "%lld, expected " #op " %lld", \
			(long long)___act, (long long)___exp);                 \
	})

#define ASSERT_EQ(actual, expected, name) \
	__ASSERT_CMP(actual, ==, expected, name)
#define ASSERT_GT(actual, expected, name) \
	__ASSERT_CMP(actual, >, expected, name)
#define ASSERT_GE(actual, expected, name) \
	__ASSERT_CMP(actual, >=, expected, name)
#define ASSERT_OK_FD(fd, name) ASSERT_GE(fd, 0, name)

#define ASSERT_OK(res, name)                                                   \
	({                                                                     \
		long long ___res = (res);                                      \
		__CHECK(!___res, name, "error %lld, errno %d", ___res, errno); \
	})

#define ASSERT_OK_PTR(ptr, name)                             \
	({                                                   \
		long ___err = libbpf_get_error(ptr);         \
		__CHECK(!___err, name, "error %ld", ___err); \
	})

#define ASSERT_STREQ(actual, expected, name)                                  \
	({                                                                    \
		const char *___act = (actual), *___exp = (expected);          \
		__CHECK(!strcmp(___act, ___exp), name, "'%s', expected '%s'", \
			___act, ___exp);                                      \
	})

#endif
