#include "muster_ssh_keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

static const EVP_CIPHER *cipher(const char *name) {
    static const struct { const char *name; const EVP_CIPHER *(*cipher)(void); } known[] = {
        {"aes256-ctr", EVP_aes_256_ctr}, {"aes192-ctr", EVP_aes_192_ctr}, {"aes128-ctr", EVP_aes_128_ctr},
        {"aes256-cbc", EVP_aes_256_cbc}, {"aes192-cbc", EVP_aes_192_cbc}, {"aes128-cbc", EVP_aes_128_cbc},
        {"aes256-gcm@openssh.com", EVP_aes_256_gcm}, {"aes128-gcm@openssh.com", EVP_aes_128_gcm},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0) return known[i].cipher();
    return NULL;
}

size_t muster_cipher_key_length(const char *name) { return cipher(name) ? (size_t)EVP_CIPHER_get_key_length(cipher(name)) : 0; }
size_t muster_cipher_iv_length(const char *name) { return cipher(name) ? (size_t)EVP_CIPHER_get_iv_length(cipher(name)) : 0; }

int muster_cipher_decrypt(const char *name, const uint8_t *key, const uint8_t *iv, uint8_t *data, size_t length, const uint8_t *tag) {
    const EVP_CIPHER *how = cipher(name);
    EVP_CIPHER_CTX *context = how ? EVP_CIPHER_CTX_new() : NULL;
    int made = 0, rest = 0;
    int ok = context && EVP_DecryptInit_ex(context, how, NULL, key, iv) == 1 && EVP_CIPHER_CTX_set_padding(context, 0) == 1
        && (!tag || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, (void *)tag) == 1)
        && EVP_DecryptUpdate(context, data, &made, data, (int)length) == 1
        && EVP_DecryptFinal_ex(context, data + made, &rest) == 1 && (size_t)(made + rest) == length;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return ok ? 0 : -1;
}
