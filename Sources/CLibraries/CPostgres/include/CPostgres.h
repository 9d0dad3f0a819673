#pragma once
/* libpq, which brings some twenty libraries with it: loaded when a database is first asked for, so that a collector
   with a file of its own, and a scanner, which has no store at all, do without them. apt-get install libpq-dev */
#include <postgresql/libpq-fe.h>

/* Why libpq cannot be used, or NULL where it can; to be asked before any other function. */
const char *CPostgres_missing(void);
