// Message authentication and signatures, by libcrypto.
#ifndef MUSTER_DIGESTS_H
#define MUSTER_DIGESTS_H
#include <stddef.h>
#include <stdint.h>

/// RFC 2104 with SHA-256.
void muster_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t digest[32]);
/// RFC 2104 with SHA-1.
void muster_hmac_sha1(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t digest[20]);
/// RFC 1321: for protocols that ask for it.
void muster_md5(const void *bytes, size_t count, uint8_t digest[16]);
/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2) by an unencrypted private key in PEM. The signature's length, 0 where it cannot be made:
/// the key makes no sense, is not RSA, or there is no room.
size_t muster_rsa_sha256(const void *pem, size_t pem_count, const void *bytes, size_t count, uint8_t *signature, size_t room);
#endif
