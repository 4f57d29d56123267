// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load each program of verifier_*.bpf.o by itself and compare the verifier's
 * verdict and log with the program's __success, __failure and __msg tags, as
 * test_loader.c of the kernel's BPF selftests does.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"

#define OBJECTS "verifier/progs/verifier_*.bpf.o"
#define MAX_MSGS 4
#define LOG_SIZE (4 << 20)

struct spec {
	bool success, failure;
	__u32 flags;
	const char *msg[MAX_MSGS];
};

static char log_buf[LOG_SIZE];
static int nr_expected[2]; /* accepted, rejected */

static void add_tag(struct spec *spec, const char *tag)
{
	static const char msg[] = "comment:test_expect_msg=";
	const char *text;
	int i;

	if (!strcmp(tag, "comment:test_expect_success"))
		spec->success = true;
	if (!strcmp(tag, "comment:test_expect_failure"))
		spec->failure = true;
	if (!strcmp(tag, "comment:test_prog_flags=BPF_F_TEST_STATE_FREQ"))
		spec->flags = BPF_F_TEST_STATE_FREQ;
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

/* Return the tags of function @name. */
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

/* Return true if the log has all messages of @spec, in their order. */
static bool said(const struct spec *spec, const char *name)
{
	const char *log = log_buf;

	for (int i = 0; i < MAX_MSGS && spec->msg[i]; i++) {
		log = strstr(log, spec->msg[i]);
		if (!log) {
			ksft_print_msg("%s: the verifier did not say: %s\n",
				       name, spec->msg[i]);
			return false;
		}
		log += strlen(spec->msg[i]);
	}
	return true;
}

static bool as_expected(const struct spec *spec, const char *name, int err)
{
	size_t len = strlen(log_buf);

	if (spec->success == !err && said(spec, name))
		return true;
	ksft_print_msg("%s: load returned %d; the end of the log:\n%s\n", name,
		       err, log_buf + (len > 2000 ? len - 2000 : 0));
	return false;
}

static struct bpf_object *open_object(const char *path)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);

	if (!obj)
		ksft_exit_fail_msg("cannot open %s: %m\n", path);
	return obj;
}

/*
 * Choose @name only, with @flags and those that the kernel's test_progs sets.
 */
static void choose_program(struct bpf_object *obj, const char *name,
			   __u32 flags)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, obj) {
		bool it = !strcmp(bpf_program__name(prog), name);

		bpf_program__set_autoload(prog, it);
		if (!it)
			continue;
		bpf_program__set_log_buf(prog, log_buf, LOG_SIZE);
		bpf_program__set_flags(prog, bpf_program__flags(prog) | flags |
						     BPF_F_TEST_RND_HI32 |
						     BPF_F_TEST_REG_INVARIANTS);
	}
	log_buf[0] = 0;
}

static bool try_program(const char *path, const char *name)
{
	struct bpf_object *obj = open_object(path);
	struct spec spec;
	bool ok;

	spec = read_spec(bpf_object__btf(obj), name);
	choose_program(obj, name, spec.flags);
	if (spec.success == spec.failure || (spec.failure && !spec.msg[0]))
		ksft_exit_fail_msg("%s: nothing to expect\n", name);
	nr_expected[spec.failure]++;
	ok = as_expected(&spec, name, bpf_object__load(obj));
	bpf_object__close(obj);
	return ok;
}

static int count_programs(const glob_t *objects)
{
	struct bpf_program *prog;
	int nr = 0;

	for (size_t i = 0; i < objects->gl_pathc; i++) {
		struct bpf_object *obj = open_object(objects->gl_pathv[i]);

		bpf_object__for_each_program(prog, obj)
			nr++;
		bpf_object__close(obj);
	}
	return nr;
}

static void try_programs(const char *path)
{
	const char *file = strrchr(path, '/') + 1;
	struct bpf_object *obj = open_object(path);
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, obj) {
		const char *name = bpf_program__name(prog);

		ksft_test_result(try_program(path, name), "%.*s: %s\n",
				 (int)strcspn(file, "."), file, name);
	}
	bpf_object__close(obj);
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

int main(void)
{
	glob_t objects;
	int nr;

	libbpf_set_print(quiet);
	if (glob(OBJECTS, 0, NULL, &objects))
		ksft_exit_fail_msg("no %s here\n", OBJECTS);
	nr = count_programs(&objects);
	ksft_print_header();
	ksft_set_plan(nr);
	for (size_t i = 0; i < objects.gl_pathc; i++)
		try_programs(objects.gl_pathv[i]);
	printf("# figure: verifier/programs cases=%d accepted=%d rejected=%d\n",
	       nr, nr_expected[0], nr_expected[1]);
	ksft_finished();
}
