#ifndef MUSTER_CEXPAT_H
#define MUSTER_CEXPAT_H
#include <expat.h>
#endif
