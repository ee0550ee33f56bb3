// Nothing to call: see absent.c.
#ifndef MUSTER_ABSENT_PROTOCOLS_H
#define MUSTER_ABSENT_PROTOCOLS_H
#endif
