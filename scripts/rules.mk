# SPDX-License-Identifier: GPL-2.0-only
#
# How each kind of file is made: one rule a kind, which takes flags and libraries
# from variables of its targets. The lists are the Makefile's and those of
# selftests/tests.mk.

ifeq ($(V),1)
Q :=
msg =
else
Q := @
msg = @printf '  %-7s %s\n' $(1) $(2);
endif

INCLUDES := -I$(B) -Ibpf -I$(T)/include
CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wno-unused-parameter \
	  -Wno-sign-compare $(if $(CI),-Werror)
CPPFLAGS = -D_GNU_SOURCE= $(INCLUDES) -I$(@D) -MMD -MP
LDLIBS := $(T)/libbpf.a -lelf -lz -lyaml -ljansson
BPF_CFLAGS = --target=bpf -mcpu=v3 -O2 -g -Wall -Wextra \
	     -Wno-unused-parameter -Wno-sign-compare $(if $(CI),-Werror) \
	     -D__TARGET_ARCH_x86 $(INCLUDES) -MMD -MP \
	     -idirafter /usr/include/$(multiarch)
multiarch := $(shell $(CC) -print-multiarch 2>/dev/null)
makefiles := Makefile scripts/rules.mk selftests/tests.mk

# Kernels and tools: the scripts know best whether there is something to do.

$(B)/kernel/%.key: FORCE | deps
	$(Q)mkdir -p $(@D)
	$(Q)scripts/kernel.sh --kernel $(call kernel-of,$*) \
		--lane $(call lane-of,$*) --link $(@:.key=) >/dev/null

# KERNEL-LANE, taken apart
lane-of = $(lastword $(subst -, ,$(1)))
kernel-of = $(patsubst %-$(lane-of),%,$(1))

$(B)/tools.key: FORCE | deps
	$(Q)mkdir -p $(@D)
	$(Q)scripts/tools.sh --kernel $(CANONICAL) --link $(T) >/dev/null

$(T)/bpftool $(series-sources): $(B)/tools.key ;

# One file for all of the kernel's types. Written only if it differs, so that
# a patch that changes none compiles no program anew.
canonical-kernel := $(B)/kernel/$(CANONICAL)-plain

$(B)/vmlinux.h.stamp: $(canonical-kernel).key $(B)/tools.key
	$(call msg,BTF,$(B)/vmlinux.h)
	$(Q)$(T)/bpftool btf dump file $(canonical-kernel)/vmlinux format c >$@.new
	$(Q)cmp -s $@.new $(B)/vmlinux.h || mv $@.new $(B)/vmlinux.h
	$(Q)rm -f $@.new && touch $@

$(B)/vmlinux.h: $(B)/vmlinux.h.stamp ;

# BPF objects and their skeletons, which are named after them

define compile-bpf
	$(call msg,CLANG,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@
endef

own-bpf := $(bpf-objects) $(test-bpf) $(bench-bpf)
skeletons := $(patsubst %.bpf.o,%.skel.h,$(own-bpf) $(series-bpf))

$(own-bpf) $(series-bpf): $(B)/vmlinux.h $(B)/tools.key $(makefiles)

$(own-bpf): $(B)/%.bpf.o: %.bpf.c
	$(compile-bpf)

$(series-bpf): $(verifier)/%.bpf.o: $(T)/selftests/bpf/%.c
	$(compile-bpf)

SKELETON_SUFFIX := _bpf

$(skeletons): %.skel.h: %.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(T)/bpftool gen skeleton $< \
		name $(subst .,_,$(notdir $*))$(SKELETON_SUFFIX) >$@

# C objects

define compile
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
endef

own-objects := $(user-objects) $(test-objects) $(bench-objects) \
	       $(demos:=.o) $(suites:=.o)

$(own-objects) $(series-objects): $(B)/tools.key $(makefiles)

$(own-objects): $(B)/%.o: %.c
	$(compile)

$(series-objects): $(verifier)/%.o: $(T)/selftests/bpf/%.c
	$(compile)

# Programs, static: one file that runs in the guest and on any Debian. All of
# pathward but main() is an archive too, for the unit tests.

$(user-objects): private INCLUDES += -I$(B)/bpf -Iuser
$(user-objects): | $(bpf-objects:.bpf.o=.skel.h)

$(B)/libpathward.a: $(filter-out %/loader.o,$(user-objects))

$(B)/libpathward.a $(B)/selftests/lib.a:
	$(call msg,AR,$@)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(pathward): $(user-objects)

programs := $(pathward) $(tests) $(helpers) $(suites) $(benches) $(demos)

$(filter-out $(pathward),$(programs)): %: %.o

$(programs):
	$(call msg,LINK,$@)
	$(Q)$(CC) -static $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS) \
		-lpthread -o $@

# For QEMU, on this host
$(B)/bench/%.so: bench/plugin/%.c $(makefiles) | deps
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fPIC -fvisibility=hidden -shared $< -o $@

$(B)/vm/tsckhz: selftests/vm/tsckhz.c $(makefiles) | deps
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $< -o $@

# The guest: FILE=PLACE for each file that is in it

guest-files := \
	$(T)/bpftool=/usr/sbin/bpftool \
	$(pathward)=/usr/sbin/pathward \
	$(foreach f,$(bpf-objects),$(f)=/usr/lib/pathward/$(notdir $(f))) \
	$(foreach f,$(tests) $(helpers) $(series-bpf),$(f)=/$(f:$(B)/%=%)) \
	$(foreach f,$(guest-scripts) $(wildcard examples/*.yaml) \
		$(filter-out demo/demo.sh %.c,$(wildcard demo/*)),$(f)=/$(f)) \
	$(foreach f,$(benches) $(demos),$(f)=/$(f:$(B)/%=%))

$(B)/guest.cpio: $(foreach f,$(guest-files),$(firstword $(subst =, ,$(f)))) \
		 $(addprefix selftests/vm/,mkroot.sh init sbin-init \
		 host-programs) $(makefiles)
	$(call msg,CPIO,$@)
	$(Q)selftests/vm/mkroot.sh $(B)/guest $(guest-files)

-include $(patsubst %.o,%.d,$(own-bpf) $(series-bpf) $(own-objects) \
	 $(series-objects))
