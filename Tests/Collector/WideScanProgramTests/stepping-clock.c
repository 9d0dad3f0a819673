/* Has the time of day jump for one program: 400 days ahead, or with CLOCK_STEP as many seconds, once that program has
   asked for the first time and a second has gone by. The machine's clock stays as it is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  static time_t first;
  if (real == NULL) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  if (clock != CLOCK_REALTIME || result != 0) return result;
  struct timespec boot;
  real(CLOCK_BOOTTIME, &boot);
  if (first == 0) first = boot.tv_sec;
  const char *step = getenv("CLOCK_STEP");
  if (boot.tv_sec > first + 1) time->tv_sec += step != NULL ? atol(step) : 400 * 86400;
  return 0;
}
