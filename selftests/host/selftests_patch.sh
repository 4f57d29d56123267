#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is tested here is what would be sent: selftests/progs/ and prog_tests/
# are byte for byte what the series adds to these directories of the kernel's
# tools/testing/selftests/bpf, and its patch makes test_progs run each.
set -euo pipefail

# shellcheck source=lib_host.sh
. "$(dirname "$(readlink -f "$0")")/lib_host.sh"
base=$here/../kernel-patches/6.12
bpf=tools/testing/selftests/bpf

# added: writes the files that a patch on standard input adds below $bpf to
# $tmp, and what it adds to verifier.c to $tmp/registered
added()
{
	awk -v bpf="$bpf/" -v tmp="$tmp/" '
		/^diff --git / {
			to = ""
			name = substr($4, 3)
			if (index(name, bpf) == 1)
				name = tmp substr(name, length(bpf) + 1)
			else
				name = ""
			hunk = 0
		}
		name && /^new file mode/ { to = name }
		name ~ /prog_tests\/verifier\.c$/ { to = tmp "registered" }
		/^@@ / { hunk = 1; next }
		hunk && to && /^\+/ { print substr($0, 2) >to }
		# no line of a new file begins so, unless its end has no newline
		hunk && to && /^\\/ { print >to }'
}

registered()
{
	grep -qx "#include \"$1.skel.h\"" "$tmp/registered" &&
		grep -qE "^void test_$1\(void\) +\{ RUN\($1\); \}" "$tmp/registered"
}

mkdir "$tmp/progs" "$tmp/prog_tests"
sed 's/[[:space:]]*#.*//; /^$/d' "$base/series" | while read -r name; do
	# without the diffstat and before the signature, if there is one
	sed '/^-- $/,$d' "$base/$name"
done | added
touch "$tmp/registered"

for dir in progs prog_tests; do
	check "the patches add all of selftests/$dir, and no more" \
		diff <(ls "$tmp/$dir") <(ls "$here/$dir")
	for file in "$here/$dir"/*; do
		check "$dir/${file##*/} is what they add" \
			cmp "$tmp/$dir/${file##*/}" "$file"
	done
done
for file in "$here"/progs/verifier_*.c; do
	name=$(basename "$file" .c)
	check "$name is run by prog_tests/verifier.c" registered "$name"
done
echo "1..$number"
