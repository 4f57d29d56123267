// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "counters.h"
#include "util.h"

int counters_read(int fd, unsigned int cpus, struct pathward_counters *sum)
{
	__cleanup(free_pointer) struct pathward_counters *cpu = NULL;
	__u32 key = 0;
	unsigned int i;
	int err;

	cpu = calloc(cpus + 1, sizeof(*cpu));
	if (!cpu)
		return -ENOMEM;
	err = bpf_map_lookup_elem(fd, &key, cpu);
	if (err)
		return err;
	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < cpus; i++) {
		sum->allowed += cpu[i].allowed;
		sum->denied += cpu[i].denied;
		sum->audited += cpu[i].audited;
		sum->walk_errors += cpu[i].walk_errors;
		sum->events_lost += cpu[i].events_lost;
	}
	return 0;
}
