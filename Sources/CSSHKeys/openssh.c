#include "key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <string.h>

// SSH's wire format (RFC 4251 §5). Past the end everything is empty and `failed` says so.
struct reader { const uint8_t *at; size_t left; int failed; };
struct text { const uint8_t *bytes; size_t length; };

static struct text next(struct reader *from) {
    struct text nothing = {(const uint8_t *)"", 0};
    size_t length = 0;
    if (from->failed || from->left < 4) { from->failed = 1; return nothing; }
    for (int i = 0; i < 4; i++) length = length << 8 | from->at[i];
    if (length > from->left - 4) { from->failed = 1; return nothing; }
    struct text text = {from->at + 4, length};
    from->at += 4 + length;
    from->left -= 4 + length;
    return text;
}

static BIGNUM *next_number(struct reader *from) {
    struct text text = next(from);
    return BN_bin2bn(text.bytes, (int)text.length, NULL);
}

static int is(struct text text, const char *word) { return text.length == strlen(word) && memcmp(text.bytes, word, text.length) == 0; }

static EVP_PKEY *made(const char *type, OSSL_PARAM_BLD *builder) {
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (parameters && context && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_KEYPAIR, parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return pkey;
}

// d modulo one less than a prime: what OpenSSH leaves out and a fast signature needs.
static BIGNUM *exponent(const BIGNUM *d, const BIGNUM *prime, BN_CTX *context) {
    BIGNUM *less = BN_dup(prime), *rest = BN_new();
    if (!less || !rest || BN_sub_word(less, 1) != 1 || BN_mod(rest, d, less, context) != 1) { BN_free(rest); rest = NULL; }
    BN_clear_free(less);
    return rest;
}

static EVP_PKEY *rsa(struct reader *from) {
    static const char *const names[] = {
        OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
        OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
    };
    BIGNUM *numbers[8] = {0};
    BN_CTX *context = BN_CTX_new();
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey = NULL;
    for (int i = 0; i < 6; i++) numbers[i] = next_number(from);
    if (!from->failed && context && builder && numbers[2] && numbers[4] && numbers[5]) {
        numbers[6] = exponent(numbers[2], numbers[4], context);
        numbers[7] = exponent(numbers[2], numbers[5], context);
        int ok = 1;
        for (int i = 0; i < 8; i++) ok = ok && numbers[i] && OSSL_PARAM_BLD_push_BN(builder, names[i], numbers[i]) == 1;
        if (ok) pkey = made("RSA", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    BN_CTX_free(context);
    for (int i = 0; i < 8; i++) BN_clear_free(numbers[i]);
    return pkey;
}

static EVP_PKEY *ec(struct reader *from) {
    struct text curve = next(from), point = next(from);
    const char *group = is(curve, "nistp256") ? "P-256" : is(curve, "nistp384") ? "P-384" : is(curve, "nistp521") ? "P-521" : NULL;
    BIGNUM *secret = next_number(from);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey = NULL;
    if (!from->failed && group && secret && builder
        && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.bytes, point.length) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1)
        pkey = made("EC", builder);
    OSSL_PARAM_BLD_free(builder);
    BN_clear_free(secret);
    return pkey;
}

static EVP_PKEY *ed25519(struct reader *from) {
    next(from);
    struct text both = next(from);
    return both.length == 64 ? EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, both.bytes, 32) : NULL;
}

muster_key *muster_key_from_openssh(const uint8_t *section, size_t length) {
    struct reader from = {section, length, 0};
    struct text type = next(&from);
    if (is(type, "ssh-rsa")) return muster_key_boxed(rsa(&from));
    if (is(type, "ssh-ed25519")) return muster_key_boxed(ed25519(&from));
    if (type.length > 11 && memcmp(type.bytes, "ecdsa-sha2-", 11) == 0) return muster_key_boxed(ec(&from));
    return NULL;
}
