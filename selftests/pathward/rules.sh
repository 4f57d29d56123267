#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# The decisions of a policy. The user is root, so EACCES can come from nothing else.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

below_a_directory()
{
	tree
	opened rw /srv/secret/f
	deny_secret
	denied r /srv/secret /srv/secret/a/b /srv/secret/f /srv/secret/a/b/c/f
	denied w /srv/secret/f /srv/secret/a/b/c/f
	refused /usr/bin/cat /srv/secret/f
	refused /usr/bin/ls /srv/secret
	refused touch /srv/secret/new
}

# The same prefix is no ancestor; nor is a directory's parent its child.
elsewhere()
{
	tree
	deny_secret
	opened rw /srv/secret-not/f /srv/other/f
	opened r /srv /srv/secret-not
	allowed touch /srv/new /srv/secret-not/new
}

how_it_is_opened()
{
	tree
	load_policy <<-END
		  - path: /srv/other
		    deny: [write]
		  - path: /srv/secret
		    deny: [read]
	END
	opened r /srv/other/f
	denied w /srv/other/f
	denied rw /srv/other/f
	denied ra /srv/other/f
	denied rt /srv/other/f
	denied wa /srv/other/f
	denied wt /srv/other/f
	denied 3 /srv/other/f
	opened p /srv/other/f
	denied r /srv/secret/f
	opened w /srv/secret/f
	denied rw /srv/secret/f
	denied ra /srv/secret/f
	opened wa /srv/secret/f
	opened wt /srv/secret/f
	denied 3 /srv/secret/f
	opened p /srv/secret/f
	expect_eq 'what was not truncated' other/f "$(cat /srv/other/f)"
}

nearest_wins()
{
	tree
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read, write]
		  - path: /srv/secret/a
		    allow: [read, write]
		  - path: /srv/secret/a/b
		    deny: [read, write]
		  - path: /srv/secret/a/b/c
		    allow: [read, write]
	END
	denied rw /srv/secret/f
	opened rw /srv/secret/a/b/c/f
	opened r /srv/secret/a
	denied r /srv/secret/a/b
	allowed touch /srv/secret/a/new /srv/secret/a/b/c/new
	refused touch /srv/secret/a/b/new
}

# pub says nothing of write, so the rule above it decides that.
each_right_by_itself()
{
	tree
	echo >/srv/secret/a/f
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read, write]
		  - path: /srv/secret/pub
		    allow: [read]
		  - path: /srv/secret/a
		    allow: [write]
		  - path: /srv/secret/a/b
		    deny: [write]
		    allow: [read]
		  - path: /srv/secret/a/b/c
		    deny: [read]
	END
	opened r /srv/secret/pub/f
	denied w /srv/secret/pub/f
	denied rw /srv/secret/pub/f
	denied r /srv/secret/a /srv/secret/a/f
	opened w /srv/secret/a/f
	opened r /srv/secret/a/b
	denied r /srv/secret/a/b/c/f
	denied w /srv/secret/a/b/c/f
}

order_does_not_matter()
{
	tree
	load_policy <<-END
		  - path: /srv/secret/pub
		    allow: [read]
		  - path: /srv/secret
		    deny: [read]
	END
	opened r /srv/secret/pub/f
	denied r /srv/secret/f
}

rule_on_a_file()
{
	tree
	ln /srv/other/f /srv/other/g
	echo >/srv/other/h
	mkfifo /srv/other/fifo
	load_policy <<-END
		  - path: /srv/other/f
		    deny: [read]
		  - path: /srv/other/fifo
		    deny: [write]
		  - path: /srv/secret
		    deny: [read]
		  - path: /srv/secret/f
		    allow: [read]
	END
	denied r /srv/other/f /srv/other/g
	opened w /srv/other/f
	opened r /srv/other/h /srv/other
	denied rw /srv/other/fifo
	opened r /srv/secret/f
	denied r /srv/secret/a/b/c/f
}

rule_by_a_symbolic_link()
{
	tree
	ln -s secret /srv/link
	load_policy <<-END
		  - path: /srv/link
		    deny: [read]
	END
	denied r /srv/secret/f /srv/link/f
	opened r /srv
}

other_names()
{
	tree
	mkdir /srv/bind /srv/new
	ln -s /srv/secret/f /srv/link
	exec 7</srv/secret 8</srv/secret/f
	deny_secret
	mount --bind /srv/secret /srv/bind
	mount --bind /srv/secret/a/b /srv/new
	denied r /srv/bind/f /srv/bind/a/b/c/f /srv/new/c/f /srv/link
	denied r /proc/self/fd/8 /proc/self/fd/7/f /srv/../srv//secret/./f
	refused unshare -m cat /srv/secret/f
	cp /bin/busybox /srv/other
	refused /usr/bin/chroot /srv /other/busybox cat /secret/f
	read -r line <&8
	expect_eq 'what is open already' secret/f "$line"
}

# A user that may not read /srv/secret mounts directories below it.
another_users_namespace()
{
	tree
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read]
		  - path: /srv/secret/pub
		    allow: [read]
	END
	allowed "${alice[@]}" /usr/bin/unshare -Urm sh -c \
		'mount --bind /srv/secret/pub /mnt && cat /mnt/f'
	refused "${alice[@]}" /usr/bin/unshare -Urm sh -c \
		'mount --bind /srv/secret/a/b /mnt && cat /mnt/c/f'
}

mounted_below()
{
	tree
	mount -t tmpfs none /srv/secret/a
	echo >/srv/secret/a/f
	deny_secret
	denied r /srv/secret/a/f /srv/secret/a
	mount -t tmpfs none /srv/secret/pub
	denied r /srv/secret/pub
	refused touch /srv/secret/pub/f
}

# An overlay over a protected directory, and one with a rule of its own
overlay()
{
	tree
	mkdir /srv/up /srv/work /srv/o
	mount -t overlay -o lowerdir=/srv,upperdir=/srv/up,workdir=/srv/work \
		none /srv/o
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read]
		  - path: /srv/o/other
		    deny: [read, write]
	END
	denied r /srv/o/secret/f /srv/o/other/f /srv/o/other
	denied wa /srv/o/other/f
	opened r /srv/o/secret-not/f /srv/other/f
	allowed touch /srv/o/other-new
}

execution_is_reading()
{
	tree
	cp /bin/busybox /srv/secret
	cp /bin/busybox /srv/other
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read]
		  - path: /srv/other
		    deny: [write]
	END
	refused /srv/secret/busybox true
	allowed /srv/other/busybox true
}

default_deny()
{
	tree
	cp /bin/busybox /srv/secret
	mkfifo /srv/other/fifo
	load_policy 'default: deny' <<-END
		$(rules_for_a_shell)
		  - {path: /proc, allow: [read]}
		  - {path: /srv/other, allow: [read]}
		  - {path: /srv/secret/pub, deny: [read], allow: [write]}
	END
	denied r /srv/secret/f /srv/secret-not/f /srv /
	denied w /srv/secret/f /srv/secret-not/f
	opened r /srv/other/f /srv/other /proc/self/status
	denied w /srv/other/f /srv/other/fifo
	denied r /srv/secret/pub/f
	opened w /srv/secret/pub/f
	refused /srv/secret/busybox true
	allowed /usr/bin/cat /srv/other/f
}

# No rule can speak of them, so the default does not.
default_deny_and_pipes()
{
	load_policy 'default: deny' <<-END
		$(rules_for_a_shell)
		  - {path: /proc, allow: [read]}
	END
	expect_eq pipe piped "$(echo piped | cat)"
	expect_eq 'pipe, opened again' piped "$(echo piped | cat /proc/self/fd/0)"
	expect_eq 'pipe, opened again' piped "$(echo piped | cat /dev/stdin)"
	expect_eq 'pipe, written' piped "$(echo piped | tee /proc/self/fd/1 |
		tail -n 1)"
}

# open_rules: for a user's shell, and for /srv/open
open_rules()
{
	rules_for_a_shell
	echo '  - {path: /proc, allow: [read, write]}'
	echo '  - {path: /srv/open, allow: [read, write]}'
}

# alice_reads TEXT FILE: after TEXT in a namespace of her own
alice_reads()
{
	"${alice[@]}" /usr/bin/unshare -Urm sh -ec "$1; exec cat $2"
}

# alice_cannot_read TEXT FILE: all else succeeds
alice_cannot_read()
{
	refused alice_reads "$@"
	expect_eq 'who was refused' 'cat:' "$(cut -d ' ' -f 1 "$tmp/err")"
}

# A user mounts a directory that no rule allows below one that a rule allows.
default_deny_and_mounts()
{
	tree
	mkdir -m 777 /srv/open /srv/open/x /srv/open/disk
	mount -t tmpfs none /srv/open/disk
	echo >/srv/open/disk/f
	{
		open_rules
		echo '  - {path: /srv/secret/pub, allow: [read]}'
	} | load_policy 'default: deny'
	pathward events -d >/dev/null
	alice_cannot_read 'mount --bind /srv/other /srv/open/x' /srv/open/x/f
	exits 0 pathward -j events -d
	expect_eq event 'user-mount /srv/open' \
		"$(json reason rule.path | grep '^user-mount')"
	alice_cannot_read 'mount --rbind / /srv/open/x' /srv/open/x/srv/other/f
	alice_cannot_read 'mount -t overlay none /srv/open/x \
		-o lowerdir=/srv/other:/srv/secret-not' /srv/open/x/f
	# in yet another namespace it is as locked as root's are
	alice_cannot_read 'mount --bind /srv/other /srv/open/x
		exec unshare -Urm cat /srv/open/x/f' ''
	# a rule below the mount is one on the mounted filesystem
	allowed alice_reads 'mount --bind /srv/secret/pub /srv/open/x' /srv/open/x/f
	# root's mounts count where root has placed them, but not in her namespace
	mount --bind /srv/other /srv/open/x
	opened r /srv/open/disk/f /srv/open/x/f
	allowed "${alice[@]}" cat /srv/open/disk/f /srv/open/x/f
	alice_cannot_read : /srv/open/disk/f
	alice_cannot_read : /srv/open/x/f
}

# Her mounts are taken out of her namespace, one in the other; both are in use.
default_deny_and_removed_mounts()
{
	tree
	mkdir -m 777 /srv/open /srv/open/x /srv/m
	mkfifo -m 666 /srv/open/ready /srv/open/gone
	open_rules | load_policy 'default: deny'
	{
		read -r _ </srv/open/ready
		rmdir /srv/m
		echo >/srv/open/gone
	} &
	alice_cannot_read 'mount --bind /srv/open /srv/m
		mount --bind /srv/other /srv/m/x
		exec 5</srv/m
		cd /srv/m/x
		echo >/srv/open/ready
		read -r _ </srv/open/gone' f
	wait
	[[ ! -e /srv/m ]]
}

audit_mode()
{
	tree
	deny_secret 'mode: audit'
	opened r /srv/secret/f /srv/secret
	opened w /srv/secret/f
	opened rw /srv/secret/a/b/c/f
	expect_eq denied 0 "$(counter denied)"
	expect_eq audited 4 "$(counter audited)"
	exits 0 pathward -j events -d
	expect_eq events "audited /srv/secret/f [\"read\"]
audited /srv/secret [\"read\"]
audited /srv/secret/f [\"write\"]
audited /srv/secret/a/b/c/f [\"read\",\"write\"]" "$(json verdict path denied)"
}

no_rules()
{
	tree
	load_policy <<<'  []'
	opened rw /srv/secret/f
	opened r /srv
	exits 0 pathward unload
	load_policy 'default: deny' 'mode: audit' <<<'  []'
	opened r /srv/secret/f
	(($(counter audited) > 0))
}

many_rules()
{
	local n

	for ((n = 0; n < 1024; n++)); do
		mkdir "/srv/$n"
		echo "  - {path: /srv/$n, deny: [read], except: [/bin/busybox]}"
	done | load_policy
	denied r /srv/0 /srv/777 /srv/1023
	opened r /srv
	allowed ls /srv/777
}

it 'a directory and all below it' below_a_directory
it 'a sibling with the same prefix, and other places' elsewhere
it 'access mode and flags of the open' how_it_is_opened
it 'allow inside deny inside allow inside deny' nearest_wins
it 'the nearest rule for each right by itself' each_right_by_itself
it 'the order of rules does not matter' order_does_not_matter
it 'a rule on a file' rule_on_a_file
it 'a rule by a symbolic link' rule_by_a_symbolic_link
it 'bind mounts, links, /proc, namespaces, chroot' other_names
it "another user's mounts" another_users_namespace
it 'filesystems mounted below the directory' mounted_below
it 'overlayfs' overlay
it 'execution is reading' execution_is_reading
it 'default: deny' default_deny
it 'default: deny, and pipes' default_deny_and_pipes
it 'default: deny, and mounts of a user' default_deny_and_mounts
it 'default: deny, and mounts that are gone' default_deny_and_removed_mounts
it 'audit allows, and tells' audit_mode
it 'no rules' no_rules
it '1024 rules with exceptions' many_rules

finish
