#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Rules and exceptions are on objects, not on names.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

except_program()
{
	tree
	cp /bin/busybox /srv/busybox-prog
	cp /bin/busybox /srv/busybox-copy
	ln /srv/busybox-prog /srv/busybox-hardlink
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read, write]
		    except: [/srv/busybox-prog]
	END
	allowed /srv/busybox-prog cat /srv/secret/f /srv/secret/a/b/c/f
	allowed /srv/busybox-prog touch /srv/secret/new
	allowed /srv/busybox-hardlink cat /srv/secret/f
	refused /srv/busybox-copy cat /srv/secret/f
	refused /srv/busybox-prog sh -c \
		'/srv/busybox-copy cat /srv/secret/f; exit $?'
	refused /usr/bin/cat /srv/secret/f
	# A name is no identity.
	mv /srv/busybox-prog /srv/busybox-old
	mv /srv/busybox-copy /srv/busybox-prog
	refused /srv/busybox-prog cat /srv/secret/f
	allowed /srv/busybox-old cat /srv/secret/f
}

# Only what its own rule denies, and only where that rule decides
except_counts_for_its_rule()
{
	tree
	cp /bin/busybox /srv/busybox-prog
	cp /bin/busybox /srv/busybox-reader
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read, write]
		    except: [/srv/busybox-prog]
		  - path: /srv/secret/a
		    deny: [read]
		  - path: /srv/secret/a/b
		    deny: [read]
		    except: [/srv/busybox-reader]
		  - path: /srv/secret-not
		    deny: [write]
		    except: [/srv/busybox-reader, /srv/busybox-prog]
	END
	allowed /srv/busybox-prog cat /srv/secret/f
	refused /srv/busybox-prog ls /srv/secret/a
	allowed /srv/busybox-prog sh -c 'echo >/srv/secret/a/new'
	refused /srv/busybox-prog cat /srv/secret/a/b/c/f
	allowed /srv/busybox-reader cat /srv/secret/a/b/c/f
	refused /srv/busybox-reader sh -c 'echo >>/srv/secret/a/b/c/f'
	refused /srv/busybox-reader cat /srv/secret/f
	allowed /srv/busybox-reader sh -c 'echo >>/srv/secret-not/f'
	allowed /srv/busybox-prog sh -c 'echo >>/srv/secret-not/f'
	refused sh -c 'echo >>/srv/secret-not/f'
}

renamed_directory()
{
	tree
	deny_secret
	mv /srv/secret /srv/other/moved
	denied r /srv/other/moved/f /srv/other/moved/a/b/c/f /srv/other/moved
	mkdir /srv/secret
	echo >/srv/secret/f
	opened rw /srv/secret/f
	mv /srv/other/moved/a /srv/
	opened r /srv/a/b/c/f
	mv /srv/a /srv/other/moved/
	denied r /srv/other/moved/a/b/c/f
}

# As docs/policy.md says, for better or worse
replaced_object()
{
	tree
	load_policy <<-END
		  - path: /srv/other/f
		    deny: [read]
		  - path: /srv/secret/pub
		    deny: [read]
	END
	echo new >/srv/other/g
	mv /srv/other/g /srv/other/f
	opened r /srv/other/f
	rm /srv/secret/pub/f
	rmdir /srv/secret/pub
	mkdir /srv/secret/pub
	opened r /srv/secret/pub
}

it 'an excepted program, and no other' except_program
it 'an exception counts for its rule' except_counts_for_its_rule
it 'a renamed directory takes its rule along' renamed_directory
it 'a replaced object has no rule' replaced_object

finish
