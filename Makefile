# SPDX-License-Identifier: GPL-2.0-only
#
# Every verb of the project; "make help" lists them. V=1 shows the commands.
#
# Kernel, libbpf and bpftool are built in a cache outside the tree (see
# scripts/kernel.sh); build/kernel and build/tools point there, and the .key
# files next to them change when what they point to does.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := help

CC := gcc
AR := ar
CLANG := clang-19
PREFIX := /usr/local
B := build
T := $(B)/tools

ifeq ($(V),1)
Q :=
msg =
else
Q := @
msg = @printf '  %-7s %s\n' $(1) $(2);
endif

CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wno-unused-parameter \
	  -Wno-sign-compare $(if $(CI),-Werror)
CPPFLAGS := -D_GNU_SOURCE= -I$(B) -Ibpf -I$(T)/include -MMD -MP
LDLIBS := $(T)/libbpf.a -lelf -lz -lyaml -ljansson
BPF_CFLAGS := --target=bpf -mcpu=v3 -O2 -g -Wall -Wextra \
	      -Wno-unused-parameter -Wno-sign-compare $(if $(CI),-Werror) \
	      -D__TARGET_ARCH_x86 -I$(B) -Ibpf -I$(T)/include \
	      -I$(T)/include/selftests -MMD -MP \
	      -idirafter /usr/include/$(shell $(CC) -print-multiarch 2>/dev/null)

bpf-objects := $(patsubst %.c,$(B)/%.o,$(wildcard bpf/*.bpf.c))
bpf-skeletons := $(bpf-objects:$(B)/bpf/%.bpf.o=$(B)/%.skel.h)
user-objects := $(patsubst %.c,$(B)/%.o,$(wildcard user/*.c))
pathward := $(B)/pathward

# selftests/ and bench/ are alike: programs (test_*.c, *.c), what they share
# (lib*.c), and BPF programs that any of them may include as a skeleton.
# selftests/helper_*.c are programs that the shell tests call, selftests/landlock
# and selftests/stat what runs beside the kernel's own tests, on two kernels.
# What is in selftests/progs and selftests/prog_tests the series adds to the
# directories of these names in the kernel's tools/testing/selftests/bpf.
test-bpf := $(patsubst %.c,$(B)/%.o,$(wildcard selftests/*.bpf.c))
test-lib := $(patsubst %.c,$(B)/%.o,$(wildcard selftests/lib*.c))
test-progs := $(patsubst %.c,$(B)/%.bpf.o,$(wildcard selftests/progs/*.c))
prog-tests := $(patsubst %.c,$(B)/%.o,$(wildcard selftests/prog_tests/*.c))
oracle := $(patsubst %.c,$(B)/%.o,$(wildcard selftests/oracle/*.c))
tests := $(patsubst %.c,$(B)/%,$(wildcard selftests/test_*.c))
two-kernels := $(patsubst %.c,$(B)/%,$(wildcard selftests/landlock/*.c \
	       selftests/stat/*.c))
helpers := $(patsubst %.c,$(B)/%,$(wildcard selftests/helper_*.c))
bench-bpf := $(patsubst %.c,$(B)/%.o,$(wildcard bench/*.bpf.c))
bench-lib := $(patsubst %.c,$(B)/%.o,$(wildcard bench/lib*.c))
benches := $(patsubst %.c,$(B)/%,$(filter-out %.bpf.c bench/lib%.c, \
	   $(wildcard bench/*.c)))
demos := $(patsubst %.c,$(B)/%,$(wildcard demo/*.c))

.PHONY: help demo test test-debug test-kcsan test-upstream mutations figures all \
	kernel bpf user vm where bench lint check check-patches model clean \
	distclean install deps FORCE

help:
	@echo 'make demo       install what is missing, build, show it at work'
	@echo 'make test       the same set-up, then every test (TESTS="NAME ...")'
	@echo 'make test-debug the tests in the guest, on a kernel with KASAN, lockdep,'
	@echo '                kmemleak and others'
	@echo 'make test-kcsan ... on a kernel that detects data races'
	@echo "make test-upstream  the kernel's own tests, with and without the series"
	@echo '                (SUITES="NAME ..." RUNS=N; LANE=debug: with the series on the'
	@echo '                kernel of that lane; an hour where there is no KVM)'
	@echo 'make mutations  can the tests fail? The kernel made wrong in 33 ways'
	@echo 'make figures    write the results of the last runs to docs/testing.md'
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
	@echo 'V=1 shows commands; KERNEL_SRC=/dir/or/tarball takes other kernel sources.'

deps:
	$(Q)scripts/deps.sh

# Kernel and tools: the scripts know best whether there is something to do.

kernel: $(B)/kernel.key

$(B)/kernel.key: FORCE | deps $(B)
	$(Q)scripts/kernel.sh --link $(B)/kernel >/dev/null

# The kernels of the lanes
$(B)/kernel-%.key: FORCE | deps $(B)
	$(Q)scripts/kernel.sh --config $* --link $(B)/kernel-$* >/dev/null

$(B)/tools.key: FORCE | deps $(B)
	$(Q)scripts/tools.sh --link $(T) >/dev/null

$(B) $(addprefix $(B)/,bpf user selftests selftests/progs \
		selftests/prog_tests selftests/oracle selftests/landlock \
		selftests/stat bench demo vm):
	$(Q)mkdir -p $@

# One file for all of the kernel's types. Written only if it differs, so that
# a patch that changes none compiles no program anew.
$(B)/vmlinux.h.stamp: $(B)/kernel.key $(B)/tools.key
	$(call msg,BTF,$(B)/vmlinux.h)
	$(Q)$(T)/bpftool btf dump file $(B)/kernel/vmlinux format c >$@.new
	$(Q)cmp -s $@.new $(B)/vmlinux.h || mv $@.new $(B)/vmlinux.h
	$(Q)rm -f $@.new && touch $@

$(B)/vmlinux.h: $(B)/vmlinux.h.stamp ;

# BPF side

bpf: $(bpf-objects) $(bpf-skeletons)

$(B)/%.bpf.o: %.bpf.c $(B)/vmlinux.h $(B)/tools.key Makefile | \
	      $(addprefix $(B)/,bpf selftests bench)
	$(call msg,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$(B)/selftests/progs/%.bpf.o: selftests/progs/%.c $(B)/vmlinux.h \
		$(B)/tools.key Makefile | $(B)/selftests/progs
	$(call msg,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$(B)/selftests/progs/%.skel.h: $(B)/selftests/progs/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(T)/bpftool gen skeleton $< name $* >$@

skeleton = $(T)/bpftool gen skeleton $< name $(subst .,_,$(notdir $*))_bpf >$@

$(B)/%.skel.h: $(B)/bpf/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(skeleton)

$(B)/selftests/%.skel.h: $(B)/selftests/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(skeleton)

$(B)/bench/%.skel.h: $(B)/bench/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(skeleton)

# User side. Static: one file that runs in the guest and on any Debian. All
# but main() is an archive too, for the unit tests.

user: $(pathward)

$(B)/user/%.o: user/%.c $(B)/tools.key Makefile | $(B)/user $(bpf-skeletons)
	$(call msg,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

$(B)/libpathward.a: $(filter-out %/loader.o,$(user-objects)) | $(B)
	$(call msg,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/pathward: $(user-objects)
	$(call msg,LINK,$@)
	$(Q)$(CC) -static $^ $(LDLIBS) -o $@

# Tests and benchmarks

$(tests:=.o) $(helpers:=.o) $(test-lib) $(oracle): $(B)/%.o: %.c $(B)/tools.key \
		Makefile | $(B)/selftests $(B)/selftests/oracle $(bpf-skeletons) \
		$(test-bpf:.bpf.o=.skel.h)
	$(call msg,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) -I$(B)/selftests -Iuser \
		-I$(T)/include/selftests $(CFLAGS) -Wno-clobbered \
		-c $< -o $@

$(prog-tests): $(B)/%.o: %.c selftests/test_progs.h $(B)/tools.key Makefile | \
		$(B)/selftests/prog_tests $(test-progs:.bpf.o=.skel.h)
	$(call msg,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) -I$(B)/selftests/progs -Iselftests $(CFLAGS) \
		-c $< -o $@

$(B)/selftests/test_progs: $(prog-tests)

$(B)/selftests/test_oracle: $(oracle)

$(tests) $(helpers): %: %.o $(test-lib) $(B)/libpathward.a
	$(call msg,LINK,$@)
	$(Q)$(CC) -static $^ $(LDLIBS) -lpthread -o $@

$(benches:=.o) $(bench-lib): $(B)/%.o: %.c $(B)/tools.key Makefile | \
		$(B)/bench $(bpf-skeletons) $(bench-bpf:.bpf.o=.skel.h)
	$(call msg,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) -I$(B)/bench $(CFLAGS) -c $< -o $@

$(benches): %: %.o $(bench-lib)
	$(call msg,LINK,$@)
	$(Q)$(CC) -static $^ $(LDLIBS) -lpthread -o $@

# For QEMU, on this host
$(B)/bench/%.so: bench/plugin/%.c Makefile | $(B)/bench deps
	$(call msg,CC,$@)
	$(Q)$(CC) $(CFLAGS) -fPIC -fvisibility=hidden -shared $< -o $@

$(demos): $(B)/%: %.c $(B)/tools.key Makefile | $(B)/demo
	$(call msg,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -static $< -o $@

$(two-kernels): $(B)/%: %.c Makefile | \
		$(B)/selftests/landlock $(B)/selftests/stat deps
	$(call msg,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -static $< -o $@

# The guest: what is in it, and where

guest-files := \
	$(T)/bpftool=/usr/sbin/bpftool \
	$(pathward)=/usr/sbin/pathward \
	$(foreach f,$(bpf-objects),$(f)=/usr/lib/pathward/$(notdir $(f))) \
	$(foreach f,$(tests) $(helpers) $(test-bpf) selftests/lib.sh \
		$(wildcard selftests/test_*.sh selftests/lane_*.sh) \
		selftests/timeouts selftests/runtests.sh, \
		$(f)=/selftests/$(notdir $(f))) \
	$(foreach f,$(test-progs),$(f)=/selftests/progs/$(notdir $(f))) \
	$(foreach f,$(benches) $(bench-bpf),$(f)=/bench/$(notdir $(f))) \
	$(foreach f,$(demos) $(filter-out demo/demo.sh %.c,$(wildcard demo/*)), \
		$(f)=/demo/$(notdir $(f))) \
	$(foreach f,$(wildcard examples/*.yaml),$(f)=/examples/$(notdir $(f)))

$(B)/guest.cpio: $(foreach f,$(guest-files),$(firstword $(subst =, ,$(f)))) \
		 $(addprefix selftests/vm/,mkroot.sh init init2 programs) \
		 Makefile
	$(call msg,CPIO,$@)
	$(Q)selftests/vm/mkroot.sh $(B)/guest $(guest-files)

$(T)/bpftool: $(B)/tools.key ;

$(B)/vm/tsckhz: selftests/vm/tsckhz.c Makefile | $(B)/vm deps
	$(call msg,CC,$@)
	$(Q)$(CC) $(CFLAGS) $< -o $@

guest := $(addprefix $(B)/,kernel.key guest.cpio vm/tsckhz)

all: bpf user $(tests) $(helpers) $(benches) $(demos) $(guest)

export RUN_IN_GUEST := $(value RUN)

vm: $(guest)
ifdef RUN
	$(Q)status=0; selftests/vm/run.sh $(VMFLAGS) -- "$$RUN_IN_GUEST" || \
		status=$$?; echo "vm: status $$status" >&2; exit $$status
else
	$(Q)selftests/vm/run.sh $(VMFLAGS)
endif

test: all
	$(Q)selftests/run.sh $(if $(V),-v) $(TESTS)

test-debug test-kcsan: test-%: all $(B)/kernel-%.key
	$(Q)selftests/run.sh $(if $(V),-v) -l $* $(TESTS)

test-upstream: deps $(B)/vm/tsckhz $(two-kernels)
	$(Q)selftests/upstream/run.sh $(RUNS:%=-n %) $(LANE:%=-l %) $(SUITES)

mutations: all
	$(Q)selftests/mutations/run.sh

figures:
	$(Q)scripts/figures.sh

demo: all
	$(Q)demo/demo.sh

bench: all $(B)/bench/insns.so
	$(Q)bench/open_cost.sh
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
	$(Q)selftests/model/run.sh

# where: one path on standard output, what the build says on the other one

where-bzimage := $(B)/kernel/bzImage
where-vmlinux := $(B)/kernel/vmlinux
where-config := $(B)/kernel/config
where-bpftool := $(T)/bpftool
where-libbpf-include := $(T)/include
where-libbpf.a := $(T)/libbpf.a
where-walk.o := $(B)/bpf/walk.bpf.o
where-pathward := $(B)/pathward
path := $(where-$(WHAT))
builds := $(if $(filter $(B)/kernel/%,$(path)),kernel,$(if \
	  $(filter $(T)/%,$(path)),$(B)/tools.key,$(path)))

where:
	$(if $(path),,$(error WHAT is one of bzimage vmlinux config bpftool \
		libbpf-include libbpf.a walk.o pathward))
	@$(MAKE) $(builds) >&2
	@echo $(CURDIR)/$(path)

# No prerequisites: with sudo, HOME may be another, and all would be built anew.
install:
	$(Q)test -e $(B)/pathward -a -e $(B)/bpf/walk.bpf.o || \
		{ echo 'nothing to install yet: first "make user bpf"' >&2; exit 1; }
	$(call msg,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)install -D -m 755 $(B)/pathward $(DESTDIR)$(PREFIX)/sbin/pathward
	$(Q)install -D -m 644 bpf/vfs_walk.bpf.h \
		$(DESTDIR)$(PREFIX)/include/pathward/vfs_walk.bpf.h
	$(Q)install -D -m 644 $(B)/bpf/walk.bpf.o \
		$(DESTDIR)$(PREFIX)/lib/pathward/walk.bpf.o

clean:
	$(call msg,CLEAN,$(B))
	$(Q)rm -rf $(B)

distclean: clean
	$(Q)scripts/kernel.sh distclean

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)
