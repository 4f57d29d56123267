// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads each program of verifier_vfs_walk.bpf.c by itself and compares what the
 * verifier says with what the program's __success, __failure and __msg tags
 * expect, as test_loader.c of the kernel's BPF selftests does.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "verifier_vfs_walk.skel.h"

#define MAX_MSGS 4
#define LOG_SIZE (4 << 20)

struct spec {
	bool success, failure;
	const char *msg[MAX_MSGS];
};

static char log_buf[LOG_SIZE];

static void add_tag(struct spec *spec, const char *tag)
{
	static const char msg[] = "comment:test_expect_msg=";
	const char *text;
	int i;

	if (!strcmp(tag, "comment:test_expect_success"))
		spec->success = true;
	if (!strcmp(tag, "comment:test_expect_failure"))
		spec->failure = true;
	if (strncmp(tag, msg, sizeof(msg) - 1))
		return;
	/* a number that keeps equal messages apart comes first */
	text = strchr(tag + sizeof(msg) - 1, '=');
	for (i = 0; i < MAX_MSGS && spec->msg[i]; i++)
		;
	if (!text || i == MAX_MSGS)
		ksft_exit_fail_msg("cannot read tag %s\n", tag);
	spec->msg[i] = text + 1;
}

/* The tags of function @name */
static struct spec read_spec(const struct btf *btf, const char *name)
{
	struct spec spec = {};
	int func;

	func = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_decl_tag(t) && (int)t->type == func)
			add_tag(&spec, btf__str_by_offset(btf, t->name_off));
	}
	return spec;
}

static bool as_expected(const struct spec *spec, const char *name, int err)
{
	bool ok = spec->success ? !err : !!err;

	if (!ok)
		ksft_print_msg("%s: load returned %d\n", name, err);
	for (int i = 0; i < MAX_MSGS && spec->msg[i]; i++) {
		if (strstr(log_buf, spec->msg[i]))
			continue;
		ksft_print_msg("%s: the verifier did not say: %s\n", name,
			       spec->msg[i]);
		ok = false;
	}
	if (!ok) {
		size_t len = strlen(log_buf);

		ksft_print_msg("the end of its log:\n%s\n",
			       log_buf + (len > 2000 ? len - 2000 : 0));
	}
	return ok;
}

static bool try_program(const char *name)
{
	struct verifier_vfs_walk_bpf *skel = verifier_vfs_walk_bpf__open();
	struct bpf_program *prog;
	struct spec spec;
	bool ok;
	int err;

	if (!skel)
		ksft_exit_fail_msg("cannot open the skeleton: %m\n");
	bpf_object__for_each_program(prog, skel->obj) {
		bool it = !strcmp(bpf_program__name(prog), name);

		bpf_program__set_autoload(prog, it);
		if (it)
			bpf_program__set_log_buf(prog, log_buf, LOG_SIZE);
	}
	log_buf[0] = 0;
	spec = read_spec(bpf_object__btf(skel->obj), name);
	if (spec.success == spec.failure || (spec.failure && !spec.msg[0]))
		ksft_exit_fail_msg("%s: nothing to expect\n", name);
	err = verifier_vfs_walk_bpf__load(skel);
	ok = as_expected(&spec, name, err);
	verifier_vfs_walk_bpf__destroy(skel);
	return ok;
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

int main(void)
{
	struct verifier_vfs_walk_bpf *skel = verifier_vfs_walk_bpf__open();
	struct bpf_program *prog;
	int nr = 0;

	if (!skel)
		ksft_exit_fail_msg("cannot open the skeleton: %m\n");
	libbpf_set_print(quiet);
	bpf_object__for_each_program(prog, skel->obj)
		nr++;
	ksft_print_header();
	ksft_set_plan(nr);
	bpf_object__for_each_program(prog, skel->obj) {
		const char *name = bpf_program__name(prog);

		ksft_test_result(try_program(name), "%s\n", name);
	}
	verifier_vfs_walk_bpf__destroy(skel);
	ksft_finished();
}
