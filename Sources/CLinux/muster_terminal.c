#define _GNU_SOURCE
#include "CLinux.h"

#include <stdlib.h>

int muster_open_pseudo_terminal(int *slave) {
    char name[128];
    struct winsize size = {.ws_row = 40, .ws_col = 160};
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    if (grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, sizeof name) != 0 ||
        (*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
        close(master);
        return -1;
    }
    ioctl(*slave, TIOCSWINSZ, &size);
    return master;
}
