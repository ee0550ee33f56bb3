// The state of the EVP functions is on the heap and is no value, so these are the older ones.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "muster_sha256.h"
#include <openssl/sha.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(muster_sha256_state), "the state holds libcrypto's");

void muster_sha256_begin(muster_sha256_state *state) { SHA256_Init((SHA256_CTX *)state); }

void muster_sha256_add(muster_sha256_state *state, const void *bytes, size_t count) { SHA256_Update((SHA256_CTX *)state, bytes, count); }

void muster_sha256_end(muster_sha256_state *state, uint8_t digest[32]) { SHA256_Final(digest, (SHA256_CTX *)state); }
