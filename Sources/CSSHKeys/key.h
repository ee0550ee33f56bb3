#ifndef MUSTER_KEY_H
#define MUSTER_KEY_H
#include "muster_ssh_keys.h"

#include <openssl/evp.h>

struct muster_key { EVP_PKEY *pkey; };

/// Takes `pkey` over; NULL for NULL.
muster_key *muster_key_boxed(EVP_PKEY *pkey);
#endif
