#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The demonstration is a test: each attempt a case, by the table it prints.
set -uo pipefail

top=$(readlink -f "$(dirname "$0")/../..")
out=$(mktemp)
trap 'rm -f "$out"' EXIT
status=0 nr=0

"$top/demo/demo.sh" >"$out" 2>&1 || status=$?
sed 's/^/# /' "$out"

result()
{
	nr=$((nr + 1))
	echo "$1 $nr $2"
}

while read -r line; do
	case $line in
	*' WRONG '*) result 'not ok' "${line%%  *}" ;;
	*) result ok "${line%%  *}" ;;
	esac
done < <(grep -E ' (ok|WRONG) ' "$out" | grep -E '^.* (denied|allowed) ')
if ((status == 0 && nr >= 20)); then
	result ok 'exit status and number of attempts'
else
	result 'not ok' "exit status $status, $nr attempts"
fi
echo "1..$nr"
exit "$status"
