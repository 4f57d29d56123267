#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each message of the verifier that docs/kfunc.md promises to an author is
# expected by a program of selftests/progs/verifier_*.c, which is rejected.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
number=0

# The messages, the lines of one that has two joined
sed -n 's/.*__msg("\(.*\)").*/\1/p; /^SEC/s/.*/;/p' \
	"$here"/progs/verifier_*.c |
	awk '/^;$/ { print said; said = ""; next }
		{ said = said (said ? ", " : "") $0 }
		END { print said }' >"$tmp/expected"
# The second column of the table
# shellcheck disable=SC2016 # these are Markdown's
sed -n '/^## What the verifier demands/,/^## /p' "$here/../docs/kfunc.md" |
	sed -n 's/^| .* | `\(.*\)` |$/\1/p' >"$tmp/promised"

while read -r message; do
	number=$((number + 1))
	if grep -qF -e "$message" "$tmp/expected"; then
		echo "ok $number $message"
	else
		echo "not ok $number no program expects: $message"
	fi
done <"$tmp/promised"
echo "1..$number"
