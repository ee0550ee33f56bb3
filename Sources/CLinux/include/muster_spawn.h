#ifndef MUSTER_SPAWN_H
#define MUSTER_SPAWN_H
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/types.h>

/// Starts a program whose descriptors 0 … count-1 are copies of fds[0 … count-1] and which has no others, in a session or, without
/// new_session, a process group of its own, with default signals and, unless cwd is NULL, in that directory. Returns 0 or an errno. What fails after the fork (no such program, no
/// such directory) is returned too.
int muster_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *cwd, const int *fds, int count,
                 int new_session);

/// Has what is spawned with `actions` begin in a directory; 0 or an errno.
int muster_spawn_in(posix_spawn_file_actions_t *actions, const char *directory);

/// A pipe whose ends are close-on-exec; 0 or -1 with errno.
int muster_pipe(int fds[2]);

/// From now on each of these signals is written to `descriptor` (non-blocking) as a byte with its number, whatever thread it hits.
int muster_signals_to_descriptor(int descriptor, const int *signals, int count);

/// Has this process sent `signal_number` when the thread that started it ends.
static inline int muster_set_parent_death_signal(int signal_number) { return prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0); }
#endif
