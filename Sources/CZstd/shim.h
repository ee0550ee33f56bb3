#ifndef MUSTER_CZSTD_H
#define MUSTER_CZSTD_H
#include <zstd.h>
#endif
