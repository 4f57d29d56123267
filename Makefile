# SPDX-License-Identifier: GPL-2.0-only
#
# Every verb of the project; "make help" lists them. V=1 shows the commands.
# scripts/rules.mk says how each kind of file is made, selftests/tests.mk which
# tests there are.
#
# Two axes choose the kernel of the guest: KERNEL, a directory of
# kernel-patches/, and LANE, "plain" or a fragment of kernel-config/. The tool,
# the tests and the benchmarks are built once, against the types of the canonical
# kernel, and run on each. Kernels, libbpf and bpftool are built in a cache
# outside the tree (see scripts/kernel.sh); build/kernel/KERNEL-LANE and
# build/tools point there, and the .key files next to them change with the product.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := help

CANONICAL := $(shell cat kernel-patches/CANONICAL)
KERNELS := $(patsubst kernel-patches/%/SOURCE,%,$(wildcard \
	   kernel-patches/*/SOURCE))
LANES := plain $(filter-out common $(KERNELS),$(patsubst \
	 kernel-config/%.config,%,$(wildcard kernel-config/*.config)))
KERNEL ?= $(CANONICAL)
LANE ?= plain
$(if $(filter $(KERNEL),$(KERNELS)),,$(error KERNEL=$(KERNEL): there is no such \
	kernel; there are: $(KERNELS)))
$(if $(filter $(LANE),$(LANES)),,$(error LANE=$(LANE): there is no such lane; \
	there are: $(LANES)))

CC := gcc
AR := ar
CLANG := clang-19
PREFIX := /usr/local
B := build
T := $(B)/tools
K := $(B)/kernel/$(KERNEL)-$(LANE)

.PHONY: help demo test test-debug test-kcsan test-upstream mutations figures all \
	kernel bpf user vm where bench lint check check-patches model clean \
	distclean install deps FORCE

help:
	@echo 'make demo       install what is missing, build, show it at work'
	@echo 'make test       the same set-up, then every test (TESTS="NAME ...": some;'
	@echo '                a name is a test, walk/ancestors, or a directory, walk)'
	@echo 'make test-debug the tests in the guest, on a kernel with KASAN, lockdep,'
	@echo '                kmemleak and others: make test LANE=debug'
	@echo 'make test-kcsan ... on a kernel that detects data races: LANE=kcsan'
	@echo "make test-upstream  the kernel's own tests, with and without the series"
	@echo '                (SUITES="NAME ..." RUNS=N; LANE=debug: with the series on the'
	@echo '                kernel of that lane; an hour where there is no KVM)'
	@echo 'make mutations  can the tests fail? The kernel made wrong in 44 ways'
	@echo 'make figures    write the results of the last runs to docs/figures.md'
	@echo 'make all        build everything that a guest runs'
	@echo 'make kernel     the patched kernel'
	@echo 'make bpf        the BPF objects and their skeletons'
	@echo 'make user       build/pathward'
	@echo 'make vm         a shell in the patched kernel; RUN="CMD" for one command'
	@echo '                (for its exact status, and for options of the guest:'
	@echo '                selftests/vm/run.sh [OPTION...] -- CMD)'
	@echo 'make where      print a path: WHAT=bzimage|vmlinux|config|bpftool|'
	@echo '                libbpf-include|libbpf.a|walk.o|pathward'
	@echo '                (from elsewhere: make -s -C DIR where WHAT=...)'
	@echo 'make bench      measure (builds the kernel without the series, too)'
	@echo 'make lint       check style and the patches'
	@echo 'make check      lint, the two that follow, test, test-debug and test-kcsan'
	@echo 'make check-patches  does each patch apply, build without a new warning,'
	@echo '                and boot? (some minutes a patch)'
	@echo 'make model      the walk against renames, checked exhaustively by spin'
	@echo 'make deps       install what is missing (on Debian), or name it'
	@echo 'make install    what is built, into PREFIX ($(PREFIX)), under DESTDIR'
	@echo 'make clean      remove build/'
	@echo 'make distclean  remove the cache of built kernels too'
	@echo 'V=1 shows commands; KERNEL_SRC=/dir/or/tarball takes other kernel sources;'
	@echo 'KERNEL=$(KERNEL) (of: $(KERNELS)) and LANE=$(LANE) (of: $(LANES))'
	@echo 'choose the kernel of kernel, vm, where, test and test-upstream.'

bpf-objects := $(patsubst %.c,$(B)/%.o,$(wildcard bpf/*.bpf.c))
user-objects := $(patsubst %.c,$(B)/%.o,$(wildcard user/*.c user/*/*.c))
pathward := $(B)/pathward

include selftests/tests.mk
include scripts/rules.mk

guest := $(K).key $(addprefix $(B)/,guest.cpio vm/tsckhz)

all: bpf user $(tests) $(helpers) $(benches) $(demos) $(guest)

deps:
	$(Q)scripts/deps.sh

kernel: $(K).key

bpf: $(bpf-objects) $(bpf-objects:.bpf.o=.skel.h)

user: $(pathward)

export RUN_IN_GUEST := $(value RUN)

vm: $(guest)
ifdef RUN
	$(Q)status=0; selftests/vm/run.sh -k $(K) $(VMFLAGS) -- "$$RUN_IN_GUEST" || \
		status=$$?; echo "vm: status $$status" >&2; exit $$status
else
	$(Q)selftests/vm/run.sh -k $(K) $(VMFLAGS)
endif

test: all
	$(Q)selftests/run/test.sh $(if $(V),-v) -k $(KERNEL) -l $(LANE) $(TESTS)

test-debug test-kcsan: test-%:
	$(Q)$(MAKE) test LANE=$*

test-upstream: deps $(B)/vm/tsckhz $(suites)
	$(Q)selftests/upstream/upstream.sh $(RUNS:%=-n %) -k $(KERNEL) -l $(LANE) \
		$(SUITES)

mutations: all
	$(Q)selftests/mutations/mutate.sh

figures:
	$(Q)scripts/figures.sh

demo: all
	$(Q)demo/demo.sh

bench: all $(B)/bench/insns.so
	$(Q)bench/open_cost.sh
	$(Q)bench/landlock_cost.sh
	$(Q)bench/insns.sh
	$(Q)bench/stat_threads.sh

lint:
	$(Q)scripts/deps.sh lint
	$(Q)scripts/lint.sh

check: lint check-patches model test test-debug test-kcsan

check-patches: $(guest)
	$(Q)scripts/deps.sh lint
	$(Q)scripts/check-patches.sh --boot

model:
	$(Q)scripts/deps.sh lint
	$(Q)selftests/model/spin.sh

# where: one path on standard output, the messages of the build on the other one

where-bzimage := $(K)/bzImage
where-vmlinux := $(K)/vmlinux
where-config := $(K)/config
where-bpftool := $(T)/bpftool
where-libbpf-include := $(T)/include
where-libbpf.a := $(T)/libbpf.a
where-walk.o := $(B)/bpf/walk.bpf.o
where-pathward := $(pathward)
path := $(where-$(WHAT))
builds := $(if $(filter $(K)/%,$(path)),kernel,$(if \
	  $(filter $(T)/%,$(path)),$(B)/tools.key,$(path)))

where:
	$(if $(path),,$(error WHAT is one of bzimage vmlinux config bpftool \
		libbpf-include libbpf.a walk.o pathward))
	@$(MAKE) $(builds) >&2
	@echo $(CURDIR)/$(path)

# No prerequisites: with sudo, HOME may be another, and all would be built anew.
install:
	$(Q)test -e $(pathward) -a -e $(B)/bpf/walk.bpf.o || \
		{ echo 'nothing to install yet: first "make user bpf"' >&2; exit 1; }
	$(call msg,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)install -D -m 755 $(pathward) $(DESTDIR)$(PREFIX)/sbin/pathward
	$(Q)install -D -m 644 bpf/vfs_walk.bpf.h \
		$(DESTDIR)$(PREFIX)/include/pathward/vfs_walk.bpf.h
	$(Q)install -D -m 644 $(B)/bpf/walk.bpf.o \
		$(DESTDIR)$(PREFIX)/lib/pathward/walk.bpf.o

clean:
	$(call msg,CLEAN,$(B))
	$(Q)rm -rf $(B)

distclean: clean
	$(Q)scripts/kernel.sh distclean
