// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU's TCG that counts the instructions, and the locked ones
 * among them, of each function of the guest's kernel between two calls of a
 * marker.
 *
 *   qemu ... -plugin insns.so,map=System.map,out=FILE
 *
 *   map     symbols of the kernel, which must run where it was linked (nokaslr)
 *   out     gets one table for each interval between two executions of the
 *           marker: a line "interval N", then "FUNCTION INSTRUCTIONS LOCKED"
 *
 * Locked instructions are those with the LOCK prefix, and XCHG with memory,
 * which is locked without it (Intel SDM 3A, 8.1.2.2). Several processors would
 * add to the same counters without locks, so give the guest only one.
 *
 * Debian 12 has no header for the plugin interface. Its few functions are
 * declared here as the documentation of version 1 (QEMU 4.2 to 8.1) describes
 * them.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum plugin_op { INLINE_ADD_U64 };
enum plugin_cb_flags { CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(
	plugin_id id, void (*cb)(plugin_id id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int vcpu,
						       void *data),
					    enum plugin_cb_flags flags,
					    void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum plugin_op op, void *to,
						uint64_t number);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info *info,
			       int argc, char **argv);

struct function {
	uint64_t address;
	char name[64];
	uint64_t instructions, locked; /* so far */
	uint64_t instructions_then, locked_then; /* when the interval began */
};

/* Code outside of the kernel's text: compiled BPF programs, and user space */
static struct function bpf = { .name = "[bpf]" }, user = { .name = "[user]" };
static struct function *functions;
static size_t nr_functions;
static uint64_t marker_address;
static bool begun;
static unsigned int nr_intervals;
static FILE *out;

static int by_address(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static struct function *find(uint64_t address)
{
	size_t low = 0, high = nr_functions;

	if (!(address >> 63))
		return &user;
	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (functions[middle].address <= address)
			low = middle;
		else
			high = middle;
	}
	/* the last symbol of the map is the kernel's _end */
	return low + 1 == nr_functions || address < functions[0].address ?
		       &bpf :
		       &functions[low];
}

static bool is_prefix(uint8_t byte)
{
	return (byte >= 0x64 && byte <= 0x67) || byte == 0xf2 || byte == 0xf3 ||
	       byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e ||
	       byte >> 4 == 4; /* REX */
}

static bool is_locked(const uint8_t *code, size_t size)
{
	size_t i = 0;

	while (i < size && is_prefix(code[i]))
		i++;
	if (i < size && code[i] == 0xf0)
		return true;
	/* XCHG r/m, r; the upper bits are 3 if r/m is a register */
	return i + 1 < size && (code[i] & 0xfe) == 0x86 &&
	       code[i + 1] >> 6 != 3;
}

static void print_interval(const struct function *f)
{
	uint64_t instructions = f->instructions - f->instructions_then;

	if (instructions)
		fprintf(out, "%s %" PRIu64 " %" PRIu64 "\n", f->name,
			instructions, f->locked - f->locked_then);
}

static void begin_interval(struct function *f)
{
	f->instructions_then = f->instructions;
	f->locked_then = f->locked;
}

/* Each execution of the marker ends an interval or begins one. */
static void at_marker(unsigned int vcpu, void *data)
{
	if (begun) {
		fprintf(out, "interval %u\n", nr_intervals++);
		for (size_t i = 0; i < nr_functions; i++)
			print_interval(&functions[i]);
		print_interval(&bpf);
		print_interval(&user);
		fflush(out);
	} else {
		for (size_t i = 0; i < nr_functions; i++)
			begin_interval(&functions[i]);
		begin_interval(&bpf);
		begin_interval(&user);
	}
	begun = !begun;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t nr = qemu_plugin_tb_n_insns(tb);

	for (size_t i = 0; i < nr; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);
		struct function *f = find(address);

		if (address == marker_address)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, at_marker, CB_NO_REGS, NULL);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD_U64,
							   &f->instructions, 1);
		if (is_locked(qemu_plugin_insn_data(insn),
			      qemu_plugin_insn_size(insn)))
			qemu_plugin_register_vcpu_insn_exec_inline(
				insn, INLINE_ADD_U64, &f->locked, 1);
	}
}

/*
 * Read the text symbols and _end from @path. Any of several symbols at the same
 * address may be used. Return false on error.
 */
static bool read_map(const char *path, const char *marker)
{
	FILE *map = fopen(path, "re");
	size_t room = 1 << 18;
	char name[256], type;
	uint64_t address;

	functions = calloc(room, sizeof(*functions));
	if (!map || !functions)
		return false;
	while (nr_functions < room && fscanf(map, "%" SCNx64 " %c %255s",
					     &address, &type, name) == 3) {
		struct function *f = &functions[nr_functions];

		if (!strchr("tTwW", type) && strcmp(name, "_end"))
			continue;
		f->address = address;
		snprintf(f->name, sizeof(f->name), "%.63s", name);
		nr_functions++;
		if (!strcmp(name, marker))
			marker_address = address;
	}
	fclose(map);
	qsort(functions, nr_functions, sizeof(*functions), by_address);
	return true;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc,
			char **argv)
{
	/* nothing else calls it */
	static const char marker[] = "__x64_sys_sched_get_priority_max";
	const char *map = NULL;

	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "map=", 4))
			map = argv[i] + 4;
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "we");
	}
	if (!map || !out || !read_map(map, marker) || !marker_address) {
		fprintf(stderr,
			"insns: map=FILE with the marker %s, out=FILE\n",
			marker);
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
