// SHA-256 (FIPS 180-4) of bytes that come in pieces, by libcrypto.
#ifndef MUSTER_SHA256_H
#define MUSTER_SHA256_H
#include <stddef.h>
#include <stdint.h>

/// libcrypto's state, as a value that can be copied.
typedef struct {
    uint64_t words[14];
} muster_sha256_state;

void muster_sha256_begin(muster_sha256_state *state);
void muster_sha256_add(muster_sha256_state *state, const void *bytes, size_t count);
void muster_sha256_end(muster_sha256_state *state, uint8_t digest[32]);
#endif
