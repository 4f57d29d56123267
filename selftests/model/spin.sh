#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Checks walk.pml exhaustively: with the recheck of the chain no walk accepts one
# that never existed, and without it one does, so the model can tell; and with it
# walks are still accepted while others rename.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# verify [-DOPTION]...: prints the verifier's report
verify()
{
	spin "$@" -a "$here/walk.pml" >spin.out || {
		cat spin.out >&2
		exit 1
	}
	gcc -O2 -w -DSAFETY -DVECTORSZ=2048 -o pan pan.c
	./pan -m100000 >report
	if grep -q 'max search depth too small\|Search not completed' report &&
	   ! grep -q 'errors: [1-9]' report; then
		echo 'model: the search was not exhaustive' >&2
		exit 1
	fi
	grep -oE 'errors: [0-9]+|[0-9]+ states, stored' report | tr '\n' ' '
}

with=$(verify -DRECHECK)
without=$(verify)
accepts=$(verify -DRECHECK -DACCEPTS)
echo "model: with the recheck: $with"
echo "model: without it:       $without"
echo "model: accepts a chain amid renames: $accepts"
[[ $with == 'errors: 0 '* && $without == 'errors: 1 '* &&
	$accepts == 'errors: 1 '* ]]
