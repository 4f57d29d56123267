// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run the tests of prog_tests/, which are written for the kernel's test_progs.
 * Each subtest is a result, and so is each test as a whole. A test also fails
 * for errors before and after its subtests.
 */
#include "kselftest.h"
#include "test_progs.h"

void test_vfs_walk(void);

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "vfs_walk", test_vfs_walk },
};

static const char *test, *subtest;
static int test_errors, subtest_errors, nr_subtests;

static void end_subtest(void)
{
	if (subtest)
		ksft_test_result(!subtest_errors, "%s/%s\n", test, subtest);
	test_errors += subtest_errors;
	subtest_errors = 0;
	subtest = NULL;
}

bool test__start_subtest(const char *name)
{
	end_subtest();
	subtest = name;
	nr_subtests++;
	return true;
}

void test__fail(void)
{
	subtest_errors++;
}

int main(void)
{
	ksft_print_header();
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		test = tests[i].name;
		test_errors = 0;
		tests[i].run();
		end_subtest();
		ksft_test_result(!test_errors, "%s\n", test);
	}
	/* the number of subtests is known only at the end */
	ksft_set_plan(nr_subtests + ARRAY_SIZE(tests));
	printf("# figure: selftests/vfs_walk cases=%d\n", nr_subtests);
	ksft_finished();
}
