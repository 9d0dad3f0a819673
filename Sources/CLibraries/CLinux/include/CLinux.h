#pragma once
/* What Glibc does not import into Swift. Every line says why it is here. */
#include <net/if.h> /* before any <linux/...> header, or both define the same names */
