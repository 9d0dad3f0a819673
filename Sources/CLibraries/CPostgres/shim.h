#pragma once
/* libpq: apt-get install libpq-dev */
#include <libpq-fe.h>
