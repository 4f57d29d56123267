// SPDX-License-Identifier: GPL-2.0-only
/* Following the pinned ring buffer. */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "counters.h"
#include "error.h"
#include "events.h"
#include "options.h"
#include "pins.h"
#include "record.h"
#include "util.h"

#define UNLOAD_CHECK_SECONDS 1

static volatile sig_atomic_t stopped;

struct follower {
	struct ring_buffer *ring;
	int config;
	int counters;
	const json_t *rules;
	unsigned int cpus;
	unsigned long printed;
	__u64 lost;
};

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void free_ring(struct ring_buffer **ring)
{
	ring_buffer__free(*ring);
}

static int on_event(void *context, void *data, size_t size)
{
	struct follower *follower = context;

	if (size > offsetof(struct pathward_event, path))
		event_print(data, follower->rules);
	if (ferror(stdout))
		return -ECANCELED;
	return ++follower->printed == options.count ? -ECANCELED : 0;
}

/* An error of standard output ends it, too, so that no further event is consumed. */
static bool enough(const struct follower *follower)
{
	return stopped || ferror(stdout) ||
	       (options.count && follower->printed >= options.count);
}

static void report_lost(struct follower *follower)
{
	struct pathward_counters counters;

	if (counters_read(follower->counters, follower->cpus, &counters) ||
	    counters.events_lost == follower->lost)
		return;
	warn("%llu events lost since the load: the ring buffer was full",
	     counters.events_lost);
	follower->lost = counters.events_lost;
}

static bool still_loaded(const struct follower *follower)
{
	struct pathward_config config;
	__u32 key = 0;

	return !bpf_map_lookup_elem(follower->config, &key, &config) &&
	       config.state != PATHWARD_UNLOADED;
}

static enum exit_code consume(struct follower *follower)
{
	int n = ring_buffer__consume(follower->ring);

	if (n >= 0 || n == -ECANCELED)
		return EXIT_OK;
	return fail(EXIT_OTHER, "ring buffer: %s", strerror(-n));
}

/* Signals come in only while we wait, so that none is missed. */
static enum exit_code follow(struct follower *follower, const sigset_t *waiting)
{
	struct pollfd ring = {
		.fd = ring_buffer__epoll_fd(follower->ring),
		.events = POLLIN,
	};
	const struct timespec tick = { .tv_sec = UNLOAD_CHECK_SECONDS };
	bool loaded = true;
	int n, err;

	do {
		err = consume(follower);
		report_lost(follower);
		if (err || options.drain || enough(follower) || !loaded)
			return err;
		n = ppoll(&ring, 1, &tick, waiting);
		if (n < 0 && errno != EINTR)
			return fail(EXIT_OTHER, "poll: %s", strerror(errno));
		if (n == 0)
			loaded = still_loaded(follower);
	} while (!stopped);
	return consume(follower);
}

static void catch_signals(sigset_t *before)
{
	struct sigaction action = { .sa_handler = stop };
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, before);
	sigdelset(before, SIGINT);
	sigdelset(before, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/*
 * The ring buffer has one reader's position: two followers would each see a
 * part. A policy may deny us to open the directory; then there is no lock.
 */
static enum exit_code lock_reader(int *fd)
{
	*fd = open(PIN_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd >= 0 && flock(*fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return fail(EXIT_OTHER,
			    "another pathward events is running: events go to "
			    "one reader");
	return EXIT_OK;
}

static void release_json(json_t **json)
{
	json_decref(*json);
}

enum exit_code events(void)
{
	__cleanup(free_ring) struct ring_buffer *ring = NULL;
	__cleanup(close_fd) int map = -1, lock = -1, config = -1;
	__cleanup(close_fd) int counters = pins_map("counters");
	__cleanup(release_json) json_t *record = record_read();
	struct pathward_config policy;
	struct follower follower;
	sigset_t waiting;
	int err;

	err = pins_open_config(&config, &policy) ?: lock_reader(&lock);
	if (err)
		return err;
	follower = (struct follower){
		.config = config,
		.counters = counters,
		.rules = json_object_get(record, "rules"),
		.cpus = policy.cpus,
	};
	map = pins_map("events");
	if (map >= 0)
		ring = ring_buffer__new(map, on_event, &follower, NULL);
	if (!ring)
		return fail(EXIT_OTHER, "%s/events: %s", PIN_DIR,
			    strerror(errno));
	follower.ring = ring;
	catch_signals(&waiting);
	if (!options.drain)
		fputs("pathward: following events\n", stderr);
	return follow(&follower, &waiting);
}
