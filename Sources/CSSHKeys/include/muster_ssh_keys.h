// Private keys of people, opened once and used by many logins: what libssh2 would do anew for each host, or cannot do.
// On libcrypto, which libssh2 brings along. No function keeps a pointer that it is given.
#ifndef MUSTER_SSH_KEYS_H
#define MUSTER_SSH_KEYS_H
#include <stddef.h>
#include <stdint.h>

/// An opened private key. Any number of threads may sign with it at once.
typedef struct muster_key muster_key;

/// Why a key could not be opened.
enum muster_key_problem { MUSTER_KEY_UNREADABLE = 1, MUSTER_KEY_NEEDS_PASSPHRASE = 2, MUSTER_KEY_WRONG_PASSPHRASE = 3 };

/// From PEM (PKCS#1, SEC1, PKCS#8), encrypted or not. passphrase NULL: none is known. NULL with *problem.
muster_key *muster_key_from_pem(const void *pem, size_t length, const void *passphrase, size_t passphrase_length, int *problem);
/// From the private section of an OpenSSH key file (PROTOCOL.key §3) behind its two check numbers, decrypted; NULL where it makes no sense.
muster_key *muster_key_from_openssh(const uint8_t *section, size_t length);
void muster_key_free(muster_key *key);

/// The public key as SSH writes it (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4); its length, 0 where the type is none of SSH's or there is no room.
size_t muster_key_public(const muster_key *key, uint8_t *blob, size_t room);
/// The signature's own bytes without the name of its method; RSA with SHA-`bits` (1, 256, 512), which other types ignore.
/// Its length, 0 where it cannot be made.
size_t muster_key_sign(const muster_key *key, int bits, const void *message, size_t length, uint8_t *signature, size_t room);

/// The public half of an Ed25519 key whose secret is these 32 bytes; 0, or -1 where libcrypto cannot.
int muster_ed25519_public(const uint8_t *secret, uint8_t *public_key);

/// OpenSSH's key derivation (PROTOCOL.key, "bcrypt"); 0, or -1 for arguments that make no sense.
int muster_bcrypt_pbkdf(
    const void *passphrase, size_t passphrase_length, const uint8_t *salt, size_t salt_length, unsigned rounds, uint8_t *key,
    size_t key_length);
/// Bytes of key and of initial vector that an OpenSSH cipher name needs; 0 for one that is not known.
size_t muster_cipher_key_length(const char *name);
size_t muster_cipher_iv_length(const char *name);
/// Decrypts in place; `tag` the 16 bytes behind the data of a cipher that has one, else NULL. 0, or -1 where it does not come out.
int muster_cipher_decrypt(const char *name, const uint8_t *key, const uint8_t *iv, uint8_t *data, size_t length, const uint8_t *tag);

/// Overwrites in a way that no compiler leaves out.
void muster_forget(void *bytes, size_t length);
#endif
