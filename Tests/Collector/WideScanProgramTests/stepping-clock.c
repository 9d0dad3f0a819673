/* Has the time of day jump for a program and what it starts; the machine's clock stays as it is.

   With CLOCK_STEP_FILE, a path that it is compiled with, by as many seconds as stand in that file, once there is one.
   Else 400 days ahead, or with CLOCK_STEP in the environment as many seconds, once that program has asked for the first
   time and a second has gone by. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int (*clock_reader)(clockid_t, struct timespec *);

static clock_reader real(void) {
  static clock_reader found;
  if (found == NULL) found = (clock_reader)dlsym(RTLD_NEXT, "clock_gettime");
  return found;
}

static long step(void) {
#ifdef CLOCK_STEP_FILE
  long seconds = 0;
  FILE *file = fopen(CLOCK_STEP_FILE, "re");
  if (file == NULL) return 0;
  if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
  fclose(file);
  return seconds;
#else
  static time_t first;
  struct timespec boot;
  real()(CLOCK_BOOTTIME, &boot);
  if (first == 0) first = boot.tv_sec;
  if (boot.tv_sec <= first + 1) return 0;
  const char *words = getenv("CLOCK_STEP");
  return words != NULL ? atol(words) : 400 * 86400;
#endif
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = real()(clock, time);
  if (clock == CLOCK_REALTIME && result == 0) time->tv_sec += step();
  return result;
}

/* By which SQLite asks. */
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}
