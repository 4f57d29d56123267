#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# The sample policies are valid, and hold as their comments say.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

# example FILE: its objects are made, if they are not there
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
	exits 0 pathward check "$1"
	stdout_has "$1: ok, $(grep -c 'path:' "$1") rule"
	exits 0 pathward load "$1"
	exits 0 pathward -j status
	expect_eq status "true $1" "$(json loaded file)"
	exits 0 pathward unload
}

# The promise of the first example
example_holds()
{
	mkdir -p /srv/secret/public
	cp /usr/bin/tar /usr/sbin/backup
	echo >/srv/secret/f
	echo >/srv/secret/public/f
	exits 0 pathward load /examples/protect-directory.yaml
	denied r /srv/secret/f
	opened r /srv/secret/public/f
	denied w /srv/secret/public/f
	refused /usr/bin/cat /srv/secret/f
	allowed /usr/sbin/backup -cf /tmp/secret.tar -C /srv secret
}

# The promise of the example on the host's keys
keys_audited()
{
	mkdir -p /etc/ssh
	echo >/etc/ssh/key
	cp /usr/bin/tar /usr/sbin/sshd
	exits 0 pathward load /examples/audit-ssh-keys.yaml
	opened rw /etc/ssh/key
	allowed /usr/sbin/sshd -cf /tmp/keys.tar -C /etc ssh
	exits 0 pathward -j events -d
	expect_eq events 'audited ["read","write"] /etc/ssh/key' \
		"$(json verdict denied path)"
}

for file in /examples/*.yaml; do
	it "example ${file##*/}" example "$file"
done
it 'the example of docs does what it says' example_holds
it "so does that on the host's keys" keys_audited

finish
