#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# The sample policies are right, and do what they say.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

# example FILE: what it names is made, if it is not there
example()
{
	local program

	while read -r program; do
		[[ -e $program ]] || cp /bin/busybox "$program"
	done < <(sed -n 's/.*except: \[\(.*\)\].*/\1/p' "$1" | tr -d ' ' |
		tr , '\n')
	sed -n 's/.*path: *//p' "$1" | xargs mkdir -p
	gives 0 pathward check "$1"
	prints "$1: fine, $(grep -c 'path:' "$1") rule"
	gives 0 pathward load "$1"
	gives 0 pathward -j status
	is status "true $1" "$(json loaded file)"
	gives 0 pathward unload
}

# What the first example says of itself
example_holds()
{
	mkdir -p /srv/secret/public
	echo >/srv/secret/f
	echo >/srv/secret/public/f
	gives 0 pathward load /examples/protect-directory.yaml
	denied r /srv/secret/f
	opened r /srv/secret/public/f
	denied w /srv/secret/public/f
	refused /usr/bin/cat /srv/secret/f
	allowed /usr/bin/tar -cf /tmp/secret.tar -C /srv secret
}

for file in /examples/*.yaml; do
	it "example ${file##*/}" example "$file"
done
it 'the example of docs does what it says' example_holds

finish
