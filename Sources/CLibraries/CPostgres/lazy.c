#include "CPostgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

/* The functions of libpq that are used, each under its own name: it finds the real one and hands on. */

static void *library;
static const char *fault;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fault = dlerror();
}

const char *CPostgres_missing(void) {
  pthread_once(&once, load);
  return library == NULL ? fault : NULL;
}

#define HAND_ON(result, name, parameters, arguments) \
  result name parameters {                           \
    static result(*real) parameters;                 \
    if (real == NULL) real = (result(*) parameters)dlsym(library, #name); \
    return real arguments;                           \
  }

#define HAND_ON_VOID(name, parameters, arguments) \
  void name parameters {                          \
    static void(*real) parameters;                \
    if (real == NULL) real = (void (*) parameters)dlsym(library, #name); \
    real arguments;                               \
  }

HAND_ON(PGconn *, PQconnectdbParams, (const char *const *names, const char *const *values, int expand), (names, values, expand))
HAND_ON(PQconninfoOption *, PQconninfoParse, (const char *text, char **message), (text, message))
HAND_ON_VOID(PQconninfoFree, (PQconninfoOption * options), (options))
HAND_ON_VOID(PQfreemem, (void *memory), (memory))
HAND_ON_VOID(PQfinish, (PGconn * link), (link))
HAND_ON(ConnStatusType, PQstatus, (const PGconn *link), (link))
HAND_ON(PGTransactionStatusType, PQtransactionStatus, (const PGconn *link), (link))
HAND_ON(int, PQserverVersion, (const PGconn *link), (link))
HAND_ON(char *, PQerrorMessage, (const PGconn *link), (link))
HAND_ON(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn * link, PQnoticeProcessor processor, void *context), (link, processor, context))
HAND_ON(int, PQenterPipelineMode, (PGconn * link), (link))
HAND_ON(int, PQpipelineSync, (PGconn * link), (link))
HAND_ON(PGresult *, PQexec, (PGconn * link, const char *sql), (link, sql))
HAND_ON(int, PQsendPrepare, (PGconn * link, const char *name, const char *sql, int count, const Oid *types), (link, name, sql, count, types))
HAND_ON(int, PQsendQueryParams,
        (PGconn * link, const char *sql, int count, const Oid *types, const char *const *values, const int *lengths,
         const int *formats, int format),
        (link, sql, count, types, values, lengths, formats, format))
HAND_ON(int, PQsendQueryPrepared,
        (PGconn * link, const char *name, int count, const char *const *values, const int *lengths, const int *formats,
         int format),
        (link, name, count, values, lengths, formats, format))
HAND_ON(PGresult *, PQgetResult, (PGconn * link), (link))
HAND_ON_VOID(PQclear, (PGresult * result), (result))
HAND_ON(ExecStatusType, PQresultStatus, (const PGresult *result), (result))
HAND_ON(char *, PQresultErrorMessage, (const PGresult *result), (result))
HAND_ON(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))
HAND_ON(char *, PQcmdTuples, (PGresult * result), (result))
HAND_ON(int, PQntuples, (const PGresult *result), (result))
HAND_ON(int, PQnfields, (const PGresult *result), (result))
HAND_ON(char *, PQfname, (const PGresult *result, int column), (result, column))
HAND_ON(Oid, PQftype, (const PGresult *result, int column), (result, column))
HAND_ON(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))
HAND_ON(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column))
HAND_ON(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))
