/*
 * Loaded in front of the C library of a process under test (LD_PRELOAD): its wall clock is wrong by as much as a file says, and
 * is set again while it runs. Clocks that count steadily are left alone.
 *
 *   CLOCK_SHIM_CONTROL  one 64-bit number: milliseconds that are added to the wall clock
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *control;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void start(void) {
  real_clock_gettime = (__typeof__(&clock_gettime))dlsym(RTLD_NEXT, "clock_gettime");
  const char *path = getenv("CLOCK_SHIM_CONTROL");
  if (!path) return;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  void *at = mmap(0, sizeof *control, PROT_READ, MAP_SHARED, fd, 0);
  if (at != MAP_FAILED) control = at;
  close(fd);
}

static void set(struct timespec *time) {
  if (!control) return;
  int64_t ms = *control;
  time->tv_sec += ms / 1000;
  time->tv_nsec += ms % 1000 * 1000000;
  if (time->tv_nsec < 0) time->tv_sec -= 1, time->tv_nsec += 1000000000;
  if (time->tv_nsec >= 1000000000) time->tv_sec += 1, time->tv_nsec -= 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (!real_clock_gettime) start();
  int result = real_clock_gettime(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) set(time);
  return result;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone) {
  (void)zone;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  to->tv_sec = time.tv_sec;
  to->tv_usec = time.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *to) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  if (to) *to = time.tv_sec;
  return time.tv_sec;
}

int timespec_get(struct timespec *to, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, to) == 0 ? base : 0;
}
