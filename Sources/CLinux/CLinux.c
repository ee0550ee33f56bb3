// The shims are inline; this file gives the target an object to link.
#define _GNU_SOURCE
#include "CLinux.h"
