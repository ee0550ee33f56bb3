#ifndef MUSTER_CLIBSSH2_H
#define MUSTER_CLIBSSH2_H
#include <libssh2.h>
#endif
