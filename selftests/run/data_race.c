// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: data_race FILE ROUNDS
 *
 * Cause a data race of the kernel for KCSAN to catch: one thread changes the
 * mode of FILE while another one reads it, ROUNDS times each.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

static int fd;
static long rounds;

static void *change(void *data)
{
	for (long i = 0; i < rounds; i++)
		if (fchmod(fd, i % 2 ? 0600 : 0644))
			err(1, "fchmod");
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	struct stat st;

	if (argc != 3)
		errx(2, "usage: data_race FILE ROUNDS");
	fd = open(argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "%s", argv[1]);
	rounds = atol(argv[2]);
	if (pthread_create(&thread, NULL, change, NULL))
		errx(1, "no thread");
	for (long i = 0; i < rounds; i++)
		if (fstat(fd, &st))
			err(1, "fstat");
	pthread_join(thread, NULL);
	return 0;
}
