#ifndef MUSTER_PROCESS_H
#define MUSTER_PROCESS_H
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/// Orphans of this process's descendants become its own children, so that it can end and reap them all.
static inline int muster_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
/// The calling thread's sleeps end when they are to, and not up to 50 us later.
static inline void muster_sleep_exactly(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }
static inline int muster_wifexited(int status) { return WIFEXITED(status); }
static inline int muster_wexitstatus(int status) { return WEXITSTATUS(status); }
static inline int muster_wifsignaled(int status) { return WIFSIGNALED(status); }
static inline int muster_wtermsig(int status) { return WTERMSIG(status); }
static inline void muster_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

/// Keeps this process, and what it starts, to `count` of the processors that it may run on; 0, or -1 with errno.
int muster_limit_processors(int count);

/// Whether whoever started this process had it ignore a signal, as nohup does with SIGHUP.
static inline int muster_is_ignored(int signal_number) {
    struct sigaction action;
    return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}
#endif
