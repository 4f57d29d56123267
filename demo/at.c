// SPDX-License-Identifier: GPL-2.0-only
/* usage: at FD NAME: read NAME by openat() below the inherited directory FD */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char buf[4096];
	int fd;

	if (argc != 3)
		errx(2, "usage: at FD NAME");
	fd = openat(atoi(argv[1]), argv[2], O_RDONLY);
	if (fd < 0)
		err(1, "%s", argv[2]);
	if (read(fd, buf, sizeof(buf)) < 0)
		err(1, "read %s", argv[2]);
	return 0;
}
