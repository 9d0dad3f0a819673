/* What the Swift runtime of Debian's unstable wants of glibc 2.38, for a program that runs with Debian 12's 2.36. They are weak,
   so that a newer glibc's own are taken where there are any. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATER __attribute__((weak))

/* C23 reads 0b101 as a number too; nobody here writes numbers so. */
LATER long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
LATER unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
LATER long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
LATER unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }

LATER int __isoc23_sscanf(const char *text, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int found = vsscanf(text, format, values);
  va_end(values);
  return found;
}

/* strlcpy(3): as much as fits and always an end; returned is how long it would have been. */
LATER size_t strlcpy(char *to, const char *from, size_t room) {
  size_t length = strlen(from);
  if (room > 0) {
    size_t taken = length < room ? length : room - 1;
    memcpy(to, from, taken);
    to[taken] = '\0';
  }
  return length;
}

LATER size_t strlcat(char *to, const char *from, size_t room) {
  size_t there = strnlen(to, room);
  return there + (there == room ? strlen(from) : strlcpy(to + there, from, room - there));
}
