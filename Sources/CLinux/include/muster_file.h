#ifndef MUSTER_FILE_H
#define MUSTER_FILE_H
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static inline int muster_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int muster_openat(int dir, const char *path, int flags, mode_t mode) { return openat(dir, path, flags, mode); }
static inline int muster_set_nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK); }
static inline int muster_set_cloexec(int fd) { return fcntl(fd, F_SETFD, FD_CLOEXEC); }
/// Columns of the terminal on fd, 0 where it is none.
static inline int muster_terminal_columns(int fd) {
    struct winsize w;
    return ioctl(fd, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}
#endif
