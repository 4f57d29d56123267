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
	local program dir

	while read -r program; do
		[[ -e $program ]] || cp /bin/busybox "$program"
	done < <(sed -n 's/.*except: \[\(.*\)\].*/\1/p' "$1" | tr -d ' ' |
		tr , '\n')
	while read -r dir; do
		[[ -e $dir ]] || mkdir "$dir"
	done < <(sed -n 's/.*path: *//p' "$1")
	gives 0 pathward check "$1"
	prints "$1: ok, $(grep -c 'path:' "$1") rule"
	gives 0 pathward load "$1"
	gives 0 pathward -j status
	is status "true $1" "$(json loaded file)"
	gives 0 pathward unload
}

# What the first example says of itself
example_holds()
{
	mkdir -p /srv/secret/public
	cp /usr/bin/tar /usr/sbin/backup
	echo >/srv/secret/f
	echo >/srv/secret/public/f
	gives 0 pathward load /examples/protect-directory.yaml
	denied r /srv/secret/f
	opened r /srv/secret/public/f
	denied w /srv/secret/public/f
	refused /usr/bin/cat /srv/secret/f
	allowed /usr/sbin/backup -cf /tmp/secret.tar -C /srv secret
}

# What the one on the host's keys says of itself
keys_audited()
{
	mkdir -p /etc/ssh
	echo >/etc/ssh/key
	cp /usr/bin/tar /usr/sbin/sshd
	gives 0 pathward load /examples/audit-ssh-keys.yaml
	opened rw /etc/ssh/key
	allowed /usr/sbin/sshd -cf /tmp/keys.tar -C /etc ssh
	gives 0 pathward -j events -d
	is events 'audited ["read","write"] /etc/ssh/key' \
		"$(json verdict denied path)"
}

for file in /examples/*.yaml; do
	it "example ${file##*/}" example "$file"
done
it 'the example of docs does what it says' example_holds
it "so does that on the host's keys" keys_audited

finish
