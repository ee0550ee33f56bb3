#define _GNU_SOURCE
#include "CLinux.h"

#include <sched.h>

int muster_limit_processors(int count) {
    // Room for 8192 processors: more than a kernel counts.
    unsigned long words[128] = {0};
    cpu_set_t *set = (cpu_set_t *)words;
    if (sched_getaffinity(0, sizeof words, set) != 0) return -1;
    int left = count < 1 ? 1 : count;
    for (int i = 0; i < (int)(8 * sizeof words); i++) {
        if (!CPU_ISSET_S(i, sizeof words, set)) continue;
        if (left > 0) left--;
        else CPU_CLR_S(i, sizeof words, set);
    }
    return sched_setaffinity(0, sizeof words, set);
}
