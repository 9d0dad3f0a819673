#pragma once
/* expat: the XML reader that is on every gateway already, stops where we tell it to and keeps line and column. */
#include <expat.h>
