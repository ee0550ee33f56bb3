#ifndef MUSTER_SPAWN_H
#define MUSTER_SPAWN_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <unistd.h>

/// Starts a program whose descriptors 0 … count-1 are copies of fds[0 … count-1] and which has no others, in a session of its own, with
/// default signals and, unless cwd is NULL, in that directory. Returns 0 or an errno. What fails after the fork (no such program, no
/// such directory) is returned too.
static inline int muster_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *cwd,
                               const int *fds, int count) {
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
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
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

/// Has this process sent `signal_number` when the thread that started it ends.
static inline int muster_set_parent_death_signal(int signal_number) { return prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0); }
#endif
