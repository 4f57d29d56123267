#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The verifier tests that the series adds to tools/testing/selftests/bpf, as they
# are in the patched source: the kernel's own runner is told of each, and each
# message of the verifier that docs/kfunc.md promises to an author is expected by
# one of their programs, which is rejected.
set -euo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"
tests=$build/tools/selftests/bpf

registered()
{
	grep -qx "#include \"$1.skel.h\"" "$tests/prog_tests/verifier.c" &&
		grep -qE "^void test_$1\(void\) +\{ RUN\($1\); \}" \
			"$tests/prog_tests/verifier.c"
}

# The messages, the lines of one that has two joined
sed -n 's/.*__msg("\(.*\)").*/\1/p; /^SEC/s/.*/;/p' "$tests"/progs/verifier_*.c |
	awk '/^;$/ { print said; said = ""; next }
		{ said = said (said ? ", " : "") $0 }
		END { print said }' >"$tmp/expected"
# The second column of the table
# shellcheck disable=SC2016 # these are Markdown's
sed -n '/^## What the verifier demands/,/^## /p' "$top/docs/kfunc.md" |
	sed -n 's/^| .* | `\(.*\)` |$/\1/p' >"$tmp/promised"

for file in "$tests"/progs/verifier_*.c; do
	name=$(basename "$file" .c)
	check "$name is run by prog_tests/verifier.c" registered "$name"
done
check 'docs/kfunc.md promises messages' test -s "$tmp/promised"
while read -r message; do
	check "a program expects: $message" grep -qF -e "$message" "$tmp/expected"
done <"$tmp/promised"
finish
