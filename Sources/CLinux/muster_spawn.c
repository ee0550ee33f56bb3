#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>

int muster_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *cwd,
                               const int *fds, int count, int new_session) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    int copies[8], made = 0, error = 0;
    if (count > 8) return EINVAL;
    // Copied out of the way first, so that no dup2 below overwrites a descriptor that a later one still needs.
    for (; made < count; made++) {
        copies[made] = fcntl(fds[made], F_DUPFD_CLOEXEC, 64);
        if (copies[made] < 0) { error = errno; break; }
    }
    if (!error) {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(
            &attributes, (new_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP) | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        for (int i = 0; i < count; i++) posix_spawn_file_actions_adddup2(&actions, copies[i], i);
        posix_spawn_file_actions_addclosefrom_np(&actions, count);
        if (cwd) posix_spawn_file_actions_addchdir_np(&actions, cwd);
        error = posix_spawn(pid, path, &actions, &attributes, argv, envp);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }
    for (int i = 0; i < made; i++) close(copies[i]);
    return error;
}

int muster_spawn_in(posix_spawn_file_actions_t *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int muster_pipe(int fds[2]) { return pipe2(fds, O_CLOEXEC); }

static int muster_signal_descriptor = -1;
static void muster_write_signal(int number) {
    int error = errno;
    unsigned char byte = (unsigned char)number;
    if (write(muster_signal_descriptor, &byte, 1) < 0) { /* Full: whoever reads it is awake anyway. */ }
    errno = error;
}
int muster_signals_to_descriptor(int descriptor, const int *signals, int count) {
    muster_signal_descriptor = descriptor;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = muster_write_signal;
    action.sa_flags = SA_RESTART;
    for (int i = 0; i < count; i++)
        if (sigaction(signals[i], &action, NULL) != 0) return -1;
    return 0;
}
