#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# The command line: each verb, its output with and without -j, its exit codes,
# and its messages for users that it cannot serve.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

btf=/sys/kernel/btf/vmlinux

help_tells_all()
{
	local text

	exits 0 pathward --help
	stdout_has check load status events unload version help --json --verbose \
		--count --drain --version $'\n  9  the kernel refused'
	expect_eq 'exit codes' '0 1 2 3 4 5 6 7 8 9' \
		"$(sed -n '/^Exit codes/,$s/^  \([0-9]\)  .*/\1/p' <<<"$out" |
			xargs)"
	text=$out
	exits 0 pathward help
	expect_eq help "$text" "$out"
	exits 0 pathward -h
	expect_eq help "$text" "$out"
}

help_of_a_verb()
{
	local verb text

	for verb in check load status events unload version; do
		exits 0 pathward "$verb" --help
		stdout_has "usage: pathward $verb [OPTION]..."
		[[ $out != *'Exit codes:'* ]]
		expect_eq '--count' "$(grep -cx events <<<"$verb" || :)" \
			"$(grep -c -e --count <<<"$out" || :)"
		text=$out
		exits 0 pathward -h "$verb"
		expect_eq help "$text" "$out"
	done
	usage_error "enforce: unknown verb: see 'pathward --help'" enforce -h
	nothing_left
}

version_number()
{
	local text option

	exits 0 pathward version
	[[ $out =~ ^'pathward '[0-9]+\.[0-9]+\.[0-9]+$'\n''libbpf '[0-9.]+$ ]]
	text=$out
	for option in --version -V; do
		exits 0 pathward "$option"
		expect_eq "$option" "$text" "$out"
	done
	exits 0 pathward -j version
	[[ $(json version libbpf) =~ ^[0-9.]+' '[0-9.]+$ ]]
	text=$out
	exits 0 pathward --version -j
	expect_eq '--version -j' "$text" "$out"
}

# usage_error MESSAGE ARGUMENT...
usage_error()
{
	exits 2 pathward "${@:2}"
	expect_eq message "pathward: $1" "$err"
	expect_eq 'standard output' '' "$out"
}

wrong_usage()
{
	local see="see 'pathward --help'" n

	usage_error "enforce: unknown verb: $see" enforce
	usage_error "expected a verb: $see"
	usage_error "--quiet: unknown option: $see" --quiet status
	usage_error "-x: unknown option: $see" -dx events
	usage_error "-n: missing value: $see" events -n
	usage_error "--count: missing value: $see" events --count
	usage_error "--json=yes: takes no value: $see" --json=yes status
	usage_error "load: expected one policy file: see 'pathward load --help'" \
		load
	usage_error "check: unexpected argument 'b': see 'pathward check --help'" \
		check a b
	usage_error "unload: unexpected argument 'now': see 'pathward unload --help'" \
		unload now
	for n in 0 many -1 '' 1x 99999999999999999999; do
		usage_error "--count: expected a number above 0, found '$n': $see" \
			events -n "$n"
	done
	usage_error "status: does not take --drain: $see" -d status
	usage_error "load: does not take --count: $see" load -n 3 /srv/policy
	exits 2 pathward -j enforce
	expect_eq JSON "2 enforce: unknown verb $see" "$(json exit error hint)"
	exits 2 pathward -j --quiet status
	expect_eq JSON 2 "$(json exit)"
	exits 2 pathward -n 0 -j events
	expect_eq JSON 2 "$(json exit)"
	exits 2 pathward --quiet status -j
	expect_eq JSON 2 "$(json exit)"
}

check_verb()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	exits 0 pathward check "$policy"
	stdout_has "$policy: ok, 1 rule"
	expect_eq warnings '' "$err"
	exits 0 pathward -j check "$policy"
	expect_eq JSON "$policy 1" "$(json file rules)"
	exits 0 "${alice[@]}" pathward check "$policy"
	opened r /srv/secret/f
	nothing_left
}

not_loaded()
{
	local verb

	for verb in status events unload; do
		exits 8 pathward "$verb"
		expect_eq message 'pathward: no policy is loaded' "$err"
		expect_eq 'standard output' '' "$out"
		exits 8 pathward -j "$verb"
		expect_eq JSON '8 no policy is loaded' "$(json exit error)"
	done
}

already_loaded()
{
	tree
	deny_secret
	exits 7 pathward load "$policy"
	stderr_has 'loaded already' 'pathward status shows' 'pathward unload ends'
	exits 7 pathward -j load "$policy"
	expect_eq JSON 7 "$(json exit)"
	denied r /srv/secret/f
}

status_verb()
{
	tree
	load_policy 'mode: audit' 'default: deny' <<-END
		  - path: /srv/secret
		    deny: [read, write]
		    except: [/usr/bin/tar, /bin/busybox]
		  - path: /srv/other/f
		    allow: [write]
	END
	exits 0 pathward status
	stdout_has "policy   $policy" 'mode     audit' 'default  deny' 'rules    2' \
		'  1   /srv/secret (directory on tmpfs ' \
		')  deny read,write  (line 5)' \
		'      except /usr/bin/tar (file on ' \
		'      except /bin/busybox (file on ' \
		'  2   /srv/other/f (file on tmpfs ' ')  allow write  (line 8)'
	expect_eq 'standard error' '' "$err"
	exits 0 pathward -j status
	expect_eq JSON "true $policy audit deny" \
		"$(json loaded file mode default)"
	expect_eq 'first rule' '1 /srv/secret 5 [] ["read","write"] in-place /usr/bin/tar file in-place' \
		"$(json rules.0.id rules.0.path rules.0.line rules.0.allow \
			rules.0.deny rules.0.state rules.0.except.0.path \
			rules.0.except.0.type rules.0.except.0.state)"
	expect_eq 'second rule' '2 /srv/other/f 8 ["write"] [] file in-place []' \
		"$(json rules.1.id rules.1.path rules.1.line rules.1.allow \
			rules.1.deny rules.1.type rules.1.state rules.1.except)"
	[[ $(json since) =~ ^20[0-9]{2}-.*T.*Z$ ]]
}

not_privileged()
{
	local verb

	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	exits 5 "${alice[@]}" pathward load "$policy"
	expect_eq message 'pathward: not privileged: CAP_SYS_ADMIN is required: run as root in the initial user namespace' \
		"$err"
	# Root of a user namespace is not, either.
	exits 5 "${alice[@]}" /usr/bin/unshare -Ur pathward load "$policy"
	stderr_has 'not privileged' 'in the initial user namespace'
	exits 5 "${alice[@]}" pathward -j load "$policy"
	expect_eq hint 'run as root in the initial user namespace' "$(json hint)"
	nothing_left
	exits 0 pathward load "$policy"
	for verb in status events unload; do
		exits 5 "${alice[@]}" pathward "$verb"
		stderr_has root
		exits 5 "${alice[@]}" pathward -j "$verb"
		expect_eq JSON 5 "$(json exit)"
	done
	exits 5 "${alice[@]}" pathward load "$policy"
	exits 5 "${alice[@]}" /usr/bin/unshare -Ur pathward unload
	# A user that cannot see whether a policy is loaded does not take it for none.
	exits 5 "${alice[@]}" --inh-caps +sys_admin --ambient-caps +sys_admin \
		pathward load "$policy"
	stderr_has "$pins: Permission denied: this needs root (CAP_BPF)"
	exits 0 pathward -j status
	expect_eq loaded true "$(json loaded)"
	denied r /srv/secret/f
}

# A policy outlives the namespaces of its loader.
in_namespaces()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	exits 0 /usr/bin/unshare -fmp --mount-proc pathward load "$policy"
	denied r /srv/secret/f
	echo 3 >/proc/sys/vm/drop_caches
	denied r /srv/secret/f
	exits 0 /usr/bin/unshare -m pathward unload
	nothing_left
	opened r /srv/secret/f
}

# btf_without NAME: in this kernel's type information, NAME is another
btf_without()
{
	local offset

	offset=$(strings -a -t d "$btf" | sed -n "s/^ *\([0-9]*\) $1\$/\1/p")
	[[ $offset == [0-9]* ]]
	cat "$btf" >/srv/btf
	printf _ | dd of=/srv/btf bs=1 seek="$offset" conv=notrunc 2>/dev/null
	mount --bind /srv/btf "$btf"
}

# cannot WORDS...: the kernel cannot, it is said so with WORDS, nothing is done
cannot()
{
	exits 6 pathward load "$policy"
	stderr_has "$@"
	nothing_left
	opened r /srv/secret/f
}

no_kfunc()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	btf_without bpf_vfs_walk_ancestors
	trap 'umount $btf' EXIT
	cannot 'the kernel has no bpf_vfs_walk_ancestors()' \
		"boot a kernel with pathward's patches (kernel-patches/)"
	exits 0 pathward check "$policy"
}

no_btf()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	mount --bind /dev/null "$btf"
	trap 'umount $btf' EXIT
	cannot 'no type information (BTF)' 'CONFIG_DEBUG_INFO_BTF=y'
}

no_bpffs()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	umount /sys/fs/bpf
	trap 'mount -t bpf bpf /sys/fs/bpf' EXIT
	cannot 'no BPF filesystem is mounted there' \
		'mount -t bpf -o mode=0700 bpf /sys/fs/bpf'
}

no_securityfs()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	umount /sys/kernel/security
	trap 'mount -t securityfs securityfs /sys/kernel/security' EXIT
	cannot 'mount -t securityfs securityfs /sys/kernel/security'
}

# A kernel that lacks another function that the programs call
programs_refused()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	btf_without bpf_path_d_path
	trap 'umount $btf' EXIT
	exits 9 pathward load "$policy"
	stderr_has 'load the BPF programs: the kernel refused' bpf_path_d_path
	nothing_left
	opened r /srv/secret/f
	exits 9 pathward -j load "$policy"
	expect_eq JSON 9 "$(json exit)"
	expect_eq 'standard error' '' "$err"
}

# A hook takes 38 programs.
attachment_refused()
{
	local n

	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	mkdir /sys/fs/bpf/full
	trap 'rm -r /sys/fs/bpf/full' EXIT
	for ((n = 1; n <= 38; n++)); do
		bpftool prog loadall /usr/lib/pathward/walk.bpf.o \
			"/sys/fs/bpf/full/$n" autoattach
	done
	exits 9 pathward load "$policy"
	stderr_has 'cannot attach to lsm/file_open: the hook has all the 38 programs' \
		'end one of them (bpftool link show)'
	[[ ! -e $pins && ! -e $pins-new ]]
	opened r /srv/secret/f
	rm -r /sys/fs/bpf/full/1
	await pathward load "$policy" 2>/dev/null
	denied r /srv/secret/f
}

it '--help' help_tells_all
it '--help of a verb' help_of_a_verb
it 'version' version_number
it 'wrong usage' wrong_usage
it 'check' check_verb
it 'no policy is loaded' not_loaded
it 'a policy is loaded already' already_loaded
it 'status' status_verb
it 'not privileged' not_privileged
it 'from other namespaces' in_namespaces
it 'a kernel without the kfunc' no_kfunc
it 'a kernel without BTF' no_btf
it 'no bpffs' no_bpffs
it 'no securityfs' no_securityfs
it 'the kernel refuses the programs' programs_refused
it 'the kernel refuses the attachment' attachment_refused

finish
