#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The demonstration is a test: each attempt a case, by the table it prints.
set -uo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"
status=0

"$top/demo/demo.sh" >"$tmp/out" 2>&1 || status=$?
sed 's/^/# /' "$tmp/out"

as_it_should_be()
{
	[[ $1 != *' WRONG '* ]]
}

while read -r line; do
	check "${line%%  *}" as_it_should_be "$line"
done < <(grep -E ' (ok|WRONG) ' "$tmp/out" | grep -E '^.* (denied|allowed) ')
attempts=$number
check 'the exit status' test "$status" = 0
check 'the number of attempts' test "$attempts" -ge 20
finish
