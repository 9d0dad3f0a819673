#pragma once
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* BIO_new_mem_buf's companions, SSL_set_mlen and the like are macros that Swift does not import. */
static inline long COpenSSL_pending(BIO *bio) { return BIO_pending(bio); }
static inline void COpenSSL_set_security_level(SSL_CTX *context, int level) {
  SSL_CTX_set_security_level(context, level);
}
static inline long COpenSSL_allow_old_versions(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
}
/* EVP_EC_gen is a variadic macro. */
static inline EVP_PKEY *COpenSSL_generate_p256(void) { return EVP_EC_gen("P-256"); }
/* BIO_get_mem_data is a macro over BIO_ctrl. */
static inline long COpenSSL_memory(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }
