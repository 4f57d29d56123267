# SPDX-License-Identifier: GPL-2.0-only
#
# The programs of selftests/, bench/ and demo/. README.md describes the directories.
#
# A program is a .c file with a main(); its directory tells its purpose. Any
# other .c file is linked to all programs of its directory, those of lib/ to all.
# The skeleton of any BPF program of lib/ or of its own directory can be included.

verifier := $(B)/selftests/verifier

test-sources := $(filter-out selftests/vm/%,$(wildcard selftests/*/*.c))
mains := $(shell grep -l -e '^int main' -e '^TEST_HARNESS_MAIN' \
	 $(test-sources) bench/*.c)
objects-of = $(patsubst %.c,$(B)/%.o,$(filter-out %.bpf.c,$(1)))
programs-of = $(patsubst %.c,$(B)/%,$(1))

# run by the scripts of run/ and pathward/
helper-mains := $(filter selftests/pathward/% selftests/run/%,$(mains))
# run beside the kernel's own tests, on the kernel with the series and without
suite-mains := $(filter selftests/upstream/%,$(mains))
test-mains := $(filter-out $(helper-mains) $(suite-mains) bench/%,$(mains))

tests := $(call programs-of,$(test-mains))
helpers := $(call programs-of,$(helper-mains))
suites := $(call programs-of,$(suite-mains))
test-bpf := $(patsubst %.c,$(B)/%.o,$(filter %.bpf.c,$(test-sources)))
test-objects := $(filter-out $(suites:=.o),$(call objects-of,$(test-sources)))

guest-scripts := $(wildcard selftests/pathward/*.sh selftests/lib/guest.sh \
		 selftests/run/frame.sh selftests/run/lane_*.sh \
		 selftests/run/timeouts.list)

# Files that the series adds to tools/testing/selftests/bpf: scripts/tools.sh puts
# them into $(T)/selftests/bpf
series-dir := kernel-patches/$(CANONICAL)
series-files := $(shell awk -f scripts/added.awk \
		-v below=tools/testing/selftests/bpf/ $(addprefix $(series-dir)/, \
		$(shell sed 's/[[:space:]]*\#.*//' $(series-dir)/series)))
series-sources := $(addprefix $(T)/selftests/bpf/,$(series-files))
series-bpf := $(patsubst %.c,$(verifier)/%.bpf.o,$(filter progs/%.c,$(series-files)))
series-objects := $(patsubst %.c,$(verifier)/%.o,$(filter prog_tests/%.c, \
		  $(series-files)))

$(test-objects) $(test-bpf): private INCLUDES += -Iselftests/lib -I$(B)/selftests/lib \
	-Iuser -I$(T)/include/selftests
$(test-objects): private CFLAGS += -Wno-clobbered
$(test-objects): | $(patsubst %.bpf.o,%.skel.h,$(bpf-objects) $(test-bpf))

$(series-bpf): private INCLUDES += -I$(T)/include/selftests
$(series-bpf:.bpf.o=.skel.h): private SKELETON_SUFFIX :=
$(series-objects): private INCLUDES += -I$(verifier)/progs -Iselftests/verifier
$(series-objects): | $(series-bpf:.bpf.o=.skel.h)
$(verifier)/test_progs: $(series-objects)

$(B)/selftests/lib.a: $(filter $(B)/selftests/lib/%,$(test-objects))

beside = $(filter-out $(addsuffix .o,$(tests) $(helpers)),$(filter \
	 $(dir $(1))%,$(test-objects)))
$(foreach program,$(tests) $(helpers),$(eval $(program): $(call beside, \
	$(program))))
$(tests) $(helpers): $(B)/selftests/lib.a $(B)/libpathward.a

# Benchmarks and the demonstration

bench-mains := $(filter bench/%,$(mains))
benches := $(call programs-of,$(bench-mains))
bench-bpf := $(patsubst %.c,$(B)/%.o,$(wildcard bench/*.bpf.c))
bench-objects := $(call objects-of,$(wildcard bench/*.c))
demos := $(call programs-of,$(wildcard demo/*.c))

$(suites:=.o): private INCLUDES += -Iselftests/lib
$(suites) $(demos): private LDLIBS :=

$(bench-objects) $(bench-bpf): private INCLUDES += -Iselftests/lib
$(bench-objects): | $(bench-bpf:.bpf.o=.skel.h)
$(benches): $(filter-out $(benches:=.o),$(bench-objects))
