#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int muster_sync_file_system(int fd) { return syncfs(fd); }

int muster_open_direct(const char *path, int flags, mode_t mode) { return open(path, flags | O_DIRECT, mode); }

int muster_probe_direct(const char *directory) {
    int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC | O_DIRECT, 0600);
    if (file >= 0) {
        close(file);
        return 0;
    }
    return errno == EINVAL ? -1 : 0;
}
