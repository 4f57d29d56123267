// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>

#include "inject.h"

/* Some kernels cannot fail page allocations. */
static void attach_fail_page(struct inject_bpf *inject)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL);

	inject->links.fail_page = bpf_program__attach(inject->progs.fail_page);
	if (!inject->links.fail_page && errno != ENOENT)
		err(1, "should_fail_alloc_page");
	libbpf_set_print(print);
}

struct inject_bpf *inject_attach(void)
{
	struct inject_bpf *inject = inject_bpf__open_and_load();

	if (!inject)
		err(1, "inject.bpf.o");
	bpf_program__set_autoattach(inject->progs.fail_page, false);
	if (inject_bpf__attach(inject))
		err(1, "inject.bpf.o");
	attach_fail_page(inject);
	return inject;
}
