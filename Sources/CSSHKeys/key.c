#include "key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

muster_key *muster_key_boxed(EVP_PKEY *pkey) {
    // Errors stay in a queue of the thread, where libssh2 would find ours.
    ERR_clear_error();
    if (!pkey) return NULL;
    muster_key *key = malloc(sizeof *key);
    if (!key) { EVP_PKEY_free(pkey); return NULL; }
    key->pkey = pkey;
    return key;
}

void muster_forget(void *bytes, size_t length) { OPENSSL_cleanse(bytes, length); }

void muster_key_free(muster_key *key) {
    if (!key) return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

int muster_ed25519_public(const uint8_t *secret, uint8_t *public_key) {
    size_t length = 32;
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, 32);
    int status = pkey && EVP_PKEY_get_raw_public_key(pkey, public_key, &length) == 1 && length == 32 ? 0 : -1;
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return status;
}

struct asked { const void *passphrase; size_t length; int times; };

static int give_passphrase(char *buffer, int room, int writing, void *owner) {
    (void)writing;
    struct asked *asked = owner;
    asked->times++;
    if (!asked->passphrase || asked->length > (size_t)room) return -1;
    memcpy(buffer, asked->passphrase, asked->length);
    return (int)asked->length;
}

muster_key *muster_key_from_pem(const void *pem, size_t length, const void *passphrase, size_t passphrase_length, int *problem) {
    struct asked asked = {passphrase, passphrase_length, 0};
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &asked) : NULL;
    BIO_free(bio);
    *problem = asked.times == 0 ? MUSTER_KEY_UNREADABLE : passphrase ? MUSTER_KEY_WRONG_PASSPHRASE : MUSTER_KEY_NEEDS_PASSPHRASE;
    return muster_key_boxed(pkey);
}

// SSH's wire format (RFC 4251 §5), into a buffer that may be too small.
struct writer { uint8_t *bytes; size_t room, length; int failed; };

static void put(struct writer *to, const void *bytes, size_t length) {
    uint8_t head[4] = {length >> 24, length >> 16, length >> 8, length};
    if (to->failed || to->room - to->length < length + 4) { to->failed = 1; return; }
    memcpy(to->bytes + to->length, head, 4);
    memcpy(to->bytes + to->length + 4, bytes, length);
    to->length += length + 4;
}

static void put_text(struct writer *to, const char *text) { put(to, text, strlen(text)); }

// A number is positive: where its first bit is set, a zero byte goes before it.
static void put_number(struct writer *to, const BIGNUM *number) {
    size_t length = number ? (size_t)BN_num_bytes(number) : 0;
    uint8_t *bytes = number ? malloc(length + 1) : NULL;
    if (!bytes) { to->failed = 1; return; }
    bytes[0] = 0;
    BN_bn2bin(number, bytes + 1);
    int padded = length > 0 && (bytes[1] & 0x80) != 0;
    put(to, padded ? bytes : bytes + 1, length + (size_t)padded);
    free(bytes);
}

static size_t written(const struct writer *to) { return to->failed ? 0 : to->length; }

static void put_rsa(struct writer *to, const EVP_PKEY *pkey) {
    BIGNUM *e = NULL, *n = NULL;
    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e);
    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n);
    put_text(to, "ssh-rsa");
    put_number(to, e);
    put_number(to, n);
    BN_free(e);
    BN_free(n);
}

static void put_ec(struct writer *to, const EVP_PKEY *pkey) {
    int bits = EVP_PKEY_get_bits(pkey);
    const char *type = bits == 256 ? "ecdsa-sha2-nistp256" : bits == 384 ? "ecdsa-sha2-nistp384" : "ecdsa-sha2-nistp521";
    BIGNUM *x = NULL, *y = NULL;
    int size = (bits + 7) / 8;
    uint8_t point[1 + 2 * 66] = {POINT_CONVERSION_UNCOMPRESSED};
    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, &x);
    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &y);
    if ((bits != 256 && bits != 384 && bits != 521) || !x || !y || BN_bn2binpad(x, point + 1, size) != size
        || BN_bn2binpad(y, point + 1 + size, size) != size) {
        to->failed = 1;
    }
    put_text(to, type);
    put_text(to, type + sizeof "ecdsa-sha2-" - 1);
    put(to, point, 1 + 2 * (size_t)size);
    BN_free(x);
    BN_free(y);
}

static void put_ed25519(struct writer *to, const EVP_PKEY *pkey) {
    uint8_t bytes[32];
    size_t length = sizeof bytes;
    if (EVP_PKEY_get_raw_public_key(pkey, bytes, &length) != 1) to->failed = 1;
    put_text(to, "ssh-ed25519");
    put(to, bytes, length);
}

size_t muster_key_public(const muster_key *key, uint8_t *blob, size_t room) {
    struct writer to = {blob, room, 0, 0};
    switch (EVP_PKEY_get_base_id(key->pkey)) {
    case EVP_PKEY_RSA: put_rsa(&to, key->pkey); break;
    case EVP_PKEY_EC: put_ec(&to, key->pkey); break;
    case EVP_PKEY_ED25519: put_ed25519(&to, key->pkey); break;
    default: return 0;
    }
    ERR_clear_error();
    return written(&to);
}

// ECDSA's two numbers stand in DER with OpenSSL and as SSH's own with SSH (RFC 5656 §3.1.2).
static size_t ssh_form(const uint8_t *der, size_t length, uint8_t *signature, size_t room) {
    struct writer to = {signature, room, 0, 0};
    const unsigned char *at = der;
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &at, (long)length);
    if (!numbers) return 0;
    put_number(&to, ECDSA_SIG_get0_r(numbers));
    put_number(&to, ECDSA_SIG_get0_s(numbers));
    ECDSA_SIG_free(numbers);
    return written(&to);
}

static const EVP_MD *digest(const EVP_PKEY *pkey, int bits) {
    switch (EVP_PKEY_get_base_id(pkey)) {
    case EVP_PKEY_RSA: return bits == 512 ? EVP_sha512() : bits == 1 ? EVP_sha1() : EVP_sha256();
    case EVP_PKEY_EC: return EVP_PKEY_get_bits(pkey) == 256 ? EVP_sha256() : EVP_PKEY_get_bits(pkey) == 384 ? EVP_sha384() : EVP_sha512();
    default: return NULL;
    }
}

size_t muster_key_sign(const muster_key *key, int bits, const void *message, size_t length, uint8_t *signature, size_t room) {
    uint8_t der[160];
    int is_ec = EVP_PKEY_get_base_id(key->pkey) == EVP_PKEY_EC;
    uint8_t *out = is_ec ? der : signature;
    size_t made = is_ec ? sizeof der : room;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int ok = context && EVP_DigestSignInit(context, NULL, digest(key->pkey, bits), NULL, key->pkey) == 1
        && EVP_DigestSign(context, out, &made, message, length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    if (!ok) return 0;
    return is_ec ? ssh_form(der, made, signature, room) : made;
}
