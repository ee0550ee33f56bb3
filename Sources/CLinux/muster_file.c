#define _GNU_SOURCE
#include "CLinux.h"

#include <unistd.h>

int muster_sync_file_system(int fd) { return syncfs(fd); }
