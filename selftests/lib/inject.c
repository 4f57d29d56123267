// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>

#include "inject.h"

struct inject_bpf *inject_attach(void)
{
	struct inject_bpf *inject = inject_bpf__open_and_load();

	if (!inject || inject_bpf__attach(inject))
		err(1, "inject.bpf.o");
	return inject;
}
