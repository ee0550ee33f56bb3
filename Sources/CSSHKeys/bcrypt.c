// OpenSSH's bcrypt_pbkdf, by which a passphrase becomes the key of a private key file: PBKDF2's shape, where the function that
// is repeated is bcrypt's costly key schedule of Blowfish over SHA-512 digests of passphrase and salt.

#include "muster_ssh_keys.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 16, KEYS = ROUNDS + 2, WORDS = 8, OUTPUT = 4 * WORDS, DIGEST = 64 };

struct blowfish { uint32_t keys[KEYS], boxes[4][256]; };

static const uint32_t beginning[KEYS + 4 * 256] = {
#include "pi.inc"
};

static uint32_t mixed(const struct blowfish *b, uint32_t x) {
    return ((b->boxes[0][x >> 24] + b->boxes[1][x >> 16 & 255]) ^ b->boxes[2][x >> 8 & 255]) + b->boxes[3][x & 255];
}

static void encipher(const struct blowfish *b, uint32_t pair[2]) {
    uint32_t left = pair[0] ^ b->keys[0], right = pair[1];
    for (int i = 1; i <= ROUNDS; i += 2) {
        right ^= mixed(b, left) ^ b->keys[i];
        left ^= mixed(b, right) ^ b->keys[i + 1];
    }
    pair[0] = right ^ b->keys[ROUNDS + 1];
    pair[1] = left;
}

// The next four bytes of a digest that is read over and over.
static uint32_t next_word(const uint8_t digest[DIGEST], int *at) {
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        word = word << 8 | digest[*at];
        *at = (*at + 1) % DIGEST;
    }
    return word;
}

// The key schedule, with or without a salt that is stirred in.
static void expand(struct blowfish *b, const uint8_t *salt, const uint8_t key[DIGEST]) {
    int at = 0;
    for (int i = 0; i < KEYS; i++) b->keys[i] ^= next_word(key, &at);
    uint32_t pair[2] = {0, 0};
    int salt_at = 0;
    uint32_t *const places[] = {b->keys, b->boxes[0], b->boxes[1], b->boxes[2], b->boxes[3]};
    for (int place = 0; place < 5; place++) {
        for (int i = 0; i < (place == 0 ? KEYS : 256); i += 2) {
            if (salt) {
                pair[0] ^= next_word(salt, &salt_at);
                pair[1] ^= next_word(salt, &salt_at);
            }
            encipher(b, pair);
            places[place][i] = pair[0];
            places[place][i + 1] = pair[1];
        }
    }
}

static void bcrypt_hash(struct blowfish *b, const uint8_t passphrase[DIGEST], const uint8_t salt[DIGEST], uint8_t output[OUTPUT]) {
    static const char text[OUTPUT + 1] = "OxychromaticBlowfishSwatDynamite";
    memcpy(b->keys, beginning, sizeof b->keys);
    memcpy(b->boxes, beginning + KEYS, sizeof b->boxes);
    expand(b, salt, passphrase);
    for (int i = 0; i < 64; i++) {
        expand(b, NULL, salt);
        expand(b, NULL, passphrase);
    }
    for (int word = 0; word < WORDS; word += 2) {
        uint32_t pair[2];
        for (int half = 0; half < 2; half++) {
            const uint8_t *four = (const uint8_t *)text + 4 * (word + half);
            pair[half] = (uint32_t)four[0] << 24 | (uint32_t)four[1] << 16 | (uint32_t)four[2] << 8 | four[3];
        }
        for (int i = 0; i < 64; i++) encipher(b, pair);
        for (int half = 0; half < 2; half++)
            for (int byte = 0; byte < 4; byte++) output[4 * (word + half) + byte] = pair[half] >> 8 * byte & 255;
    }
}

static void sha512(const void *bytes, size_t length, uint8_t digest[DIGEST]) {
    EVP_Digest(bytes, length, digest, NULL, EVP_sha512(), NULL);
}

// One block of output, whose bytes are strewn over the key `stride` apart.
static void make_block(
    struct blowfish *b, const uint8_t passphrase[DIGEST], uint8_t *counted_salt, size_t salt_length, unsigned rounds, uint8_t sum[OUTPUT]) {
    uint8_t salt[DIGEST], output[OUTPUT];
    sha512(counted_salt, salt_length, salt);
    bcrypt_hash(b, passphrase, salt, output);
    memcpy(sum, output, OUTPUT);
    for (unsigned round = 1; round < rounds; round++) {
        sha512(output, OUTPUT, salt);
        bcrypt_hash(b, passphrase, salt, output);
        for (int i = 0; i < OUTPUT; i++) sum[i] ^= output[i];
    }
    muster_forget(output, sizeof output);
}

int muster_bcrypt_pbkdf(
    const void *passphrase, size_t passphrase_length, const uint8_t *salt, size_t salt_length, unsigned rounds, uint8_t *key,
    size_t key_length) {
    if (rounds < 1 || passphrase_length < 1 || salt_length < 1 || salt_length > 1 << 16 || key_length < 1 || key_length > 1024) return -1;
    struct blowfish *b = malloc(sizeof *b);
    uint8_t *counted_salt = malloc(salt_length + 4), digest[DIGEST], sum[OUTPUT];
    size_t stride = (key_length + OUTPUT - 1) / OUTPUT, share = (key_length + stride - 1) / stride;
    if (b && counted_salt) {
        memcpy(counted_salt, salt, salt_length);
        sha512(passphrase, passphrase_length, digest);
        for (size_t block = 0; block < stride; block++) {
            const uint8_t count[4] = {0, 0, (block + 1) >> 8, (block + 1) & 255};
            memcpy(counted_salt + salt_length, count, 4);
            make_block(b, digest, counted_salt, salt_length + 4, rounds, sum);
            for (size_t i = 0; i < share && i * stride + block < key_length; i++) key[i * stride + block] = sum[i];
        }
        muster_forget(digest, sizeof digest);
        muster_forget(sum, sizeof sum);
        muster_forget(b, sizeof *b);
    }
    int ok = b && counted_salt;
    free(b);
    free(counted_salt);
    return ok ? 0 : -1;
}
