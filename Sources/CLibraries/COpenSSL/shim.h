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
/* The stack of names of an extension is a family of macros; the caller frees what it gets. */
static inline GENERAL_NAMES *COpenSSL_alternative_names(const X509 *certificate) {
  return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int COpenSSL_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
/* The text of a DNS name, NULL for names of other kinds. */
static inline const ASN1_STRING *COpenSSL_dns_name(const GENERAL_NAMES *names, int index) {
  const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
  return name->type == GEN_DNS ? name->d.dNSName : NULL;
}
/* The flags are unsigned long expressions that Swift does not import; letters beyond ASCII stay letters. */
static inline int COpenSSL_print_name(BIO *bio, const X509_NAME *name) {
  return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}
/* EVP_EC_gen is a variadic macro. */
static inline EVP_PKEY *COpenSSL_generate_p256(void) { return EVP_EC_gen("P-256"); }
/* BIO_get_mem_data is a macro over BIO_ctrl. */
static inline long COpenSSL_memory(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }
/* A chain is a stack, whose functions are macros. */
static inline int COpenSSL_chain_count(const STACK_OF(X509) *chain) { return chain ? sk_X509_num(chain) : 0; }
static inline X509 *COpenSSL_chain_at(const STACK_OF(X509) *chain, int index) { return sk_X509_value(chain, index); }
/* The flags of verification are unsigned long macros that Swift does not import. */
static inline void COpenSSL_trust_anchor(X509_STORE_CTX *context) {
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
}
static inline void COpenSSL_trust_anchors(SSL_CTX *context) {
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
}
/* X509V3_set_ctx_nodb is a macro; builds one extension from OpenSSL's text for it, NULL where that is wrong. */
static inline X509_EXTENSION *COpenSSL_extension(X509 *issuer, X509 *subject, X509_CRL *list, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, subject, NULL, list, 0);
  context.db = NULL;
  return X509V3_EXT_conf_nid(NULL, &context, nid, value);
}
/* EVP_PKEY_Q_keygen is variadic. */
static inline EVP_PKEY *COpenSSL_generate_ed25519(void) { return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); }
