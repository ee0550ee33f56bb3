// Calls of Linux that Swift's overlay cannot express: variadic calls, function-like macros, and what it hides.
// One header a concern; everything is a static inline function named muster_*.
#ifndef MUSTER_CLINUX_H
#define MUSTER_CLINUX_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "muster_process.h"
#include "muster_file.h"
#include "muster_socket.h"
#include "muster_spawn.h"
#include "muster_epoll.h"
#endif
