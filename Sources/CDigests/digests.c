#include "muster_digests.h"
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

void muster_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t digest[32]) {
    unsigned length = 32;
    HMAC(EVP_sha256(), key, (int)key_count, bytes, count, digest, &length);
}

void muster_hmac_sha1(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t digest[20]) {
    unsigned length = 20;
    HMAC(EVP_sha1(), key, (int)key_count, bytes, count, digest, &length);
}

void muster_md5(const void *bytes, size_t count, uint8_t digest[16]) {
    unsigned length = 16;
    EVP_Digest(bytes, count, digest, &length, EVP_md5(), NULL);
}

size_t muster_rsa_sha256(const void *pem, size_t pem_count, const void *bytes, size_t count, uint8_t *signature, size_t room) {
    BIO *source = BIO_new_mem_buf(pem, (int)pem_count);
    // A password callback that gives none: nobody is asked at a terminal.
    EVP_PKEY *key = source ? PEM_read_bio_PrivateKey(source, NULL, NULL, "") : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = room;
    int signed_ok = key && context && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && (size_t)EVP_PKEY_get_size(key) <= room
        && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1
        && EVP_DigestSign(context, signature, &length, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    BIO_free(source);
    return signed_ok ? length : 0;
}
