// Calls of Linux that Swift's overlay cannot express: variadic calls, function-like macros, and what it hides.
// One header a concern; everything is named muster_*. The headers must not define _GNU_SOURCE: it would
// change libc's own types under Swift's feet; what needs it stands in a .c file.
#ifndef MUSTER_CLINUX_H
#define MUSTER_CLINUX_H
#include "muster_process.h"
#include "muster_file.h"
#include "muster_socket.h"
#include "muster_spawn.h"
#include "muster_epoll.h"
#include "muster_names.h"
#endif
