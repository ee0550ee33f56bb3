#ifndef MUSTER_FILE_H
#define MUSTER_FILE_H
#include <fcntl.h>
#include <sys/ioctl.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

static inline int muster_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int muster_openat(int dir, const char *path, int flags, mode_t mode) { return openat(dir, path, flags, mode); }
/// Takes the whole file for this open description, without waiting; 0, or -1 with errno (EWOULDBLOCK where another one has it).
static inline int muster_try_lock_file(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }
/// Opens a file past the page cache (O_DIRECT); -1 with errno, EINVAL where its file system has no such thing.
int muster_open_direct(const char *path, int flags, mode_t mode);
/// Whether the file system of a directory has O_DIRECT, by a file without a name; 0 also where it has no such files, -1 where it has not.
int muster_probe_direct(const char *directory);
/// Brings what the system holds of the file system of fd to the disk; 0 or -1 with errno.
int muster_sync_file_system(int fd);
/// A new pseudo-terminal of 40 rows and 160 columns: its master's side, and in `slave` the other; both close-on-exec. -1 with errno.
int muster_open_pseudo_terminal(int *slave);
/// Copies up to `count` bytes of a file, from `offset` on, to a socket and moves `offset` behind them; their number, or -1 with errno.
static inline ssize_t muster_send_file(int socket, int file, int64_t *offset, size_t count) {
    off_t at = *offset;
    ssize_t sent = sendfile(socket, file, &at, count);
    *offset = at;
    return sent;
}
static inline int muster_set_nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK); }
static inline int muster_set_cloexec(int fd) { return fcntl(fd, F_SETFD, FD_CLOEXEC); }
/// Columns of the terminal on fd, 0 where it is none.
static inline int muster_terminal_columns(int fd) {
    struct winsize w;
    return ioctl(fd, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}
#endif
