/*
 * Loaded in front of the C library of a process under test (LD_PRELOAD): it writes down what happens to the files in one
 * directory, and it can be the disk that fails them.
 *
 *   DISK_SHIM_DIR      the directory, absolute
 *   DISK_SHIM_LOG      what happened is appended to this file, if given: see recording.ts
 *   DISK_SHIM_MARKS    what is written to this file is noted in the log, in its place among the rest
 *   DISK_SHIM_CONTROL  two 32-bit numbers: what is to happen (enum fault), and a time in milliseconds
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum op { OPEN = 1, CLOSE, WRITE, TRUNCATE, FLUSH, UNLINK, RENAME, LINK, MKDIR, MARK, FLUSH_FAILED };
enum fault { NONE, FLUSH_FAILS, WRITE_IS_FULL, FLUSH_IS_SLOW };
enum kind { OTHER, WATCHED, MARKS };

#define FDS 65536
#define FD_LOG 30000

struct record {
  uint32_t length;
  uint32_t op;
  int32_t pid;
  int32_t fd;
  uint64_t offset;
  uint32_t path;
  uint32_t flags;
};

static unsigned char kinds[FDS];
static const char *dir, *marks;
static size_t dir_length;
static int log_fd = -1;
static volatile int32_t *control;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);

__attribute__((constructor)) static void start(void) {
  real_write = REAL(write);
  real_pwrite = REAL(pwrite);
  real_open = REAL(open);
  real_close = REAL(close);
  real_fsync = REAL(fsync);
  real_fdatasync = REAL(fdatasync);
  real_ftruncate = REAL(ftruncate);
  dir = getenv("DISK_SHIM_DIR");
  dir_length = dir ? strlen(dir) : 0;
  marks = getenv("DISK_SHIM_MARKS");
  const char *log = getenv("DISK_SHIM_LOG");
  const char *ctl = getenv("DISK_SHIM_CONTROL");
  if (log) {
    int fd = real_open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, FD_LOG);
    if (log_fd < 0) log_fd = fd;
    else real_close(fd);
  }
  if (ctl) {
    int fd = real_open(ctl, O_RDONLY | O_CLOEXEC);
    void *at = mmap(0, 8, PROT_READ, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED) control = at;
    real_close(fd);
  }
}

static int watched(const char *path) {
  return dir && strncmp(path, dir, dir_length) == 0 && (path[dir_length] == '/' || path[dir_length] == 0);
}

static int kind(int fd) {
  return fd >= 0 && fd < FDS ? kinds[fd] : OTHER;
}

static int fault(void) {
  return control ? control[0] : NONE;
}

/* Call with `order` held: what is noted stands in the order in which it happened. */
static void note(int op, int fd, uint64_t offset, uint32_t flags, const char *path, const void *bytes, size_t count) {
  if (log_fd < 0) return;
  size_t named = path ? strlen(path) : 0;
  struct record head = {sizeof head + named + count, op, getpid(), fd, offset, named, flags};
  char *all = malloc(head.length);
  memcpy(all, &head, sizeof head);
  if (named) memcpy(all + sizeof head, path, named);
  if (count) memcpy(all + sizeof head + named, bytes, count);
  for (size_t done = 0; done < head.length;) {
    ssize_t now = real_write(log_fd, all + done, head.length - done);
    if (now < 0) abort();
    done += now;
  }
  free(all);
}

static int opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= FDS) return fd;
  kinds[fd] = marks && strcmp(path, marks) == 0 ? MARKS : watched(path) ? WATCHED : OTHER;
  if (kinds[fd] == WATCHED) note(OPEN, fd, 0, flags, path, 0, 0);
  return fd;
}

#define OPENS(name, PARAMETERS, PASS)                          \
  int name PARAMETERS {                                        \
    static __typeof__(&name) real;                             \
    if (!real) real = REAL(name);                              \
    mode_t mode = 0;                                           \
    if (flags & (O_CREAT | O_TMPFILE)) {                       \
      va_list rest;                                            \
      va_start(rest, flags);                                   \
      mode = va_arg(rest, mode_t);                             \
      va_end(rest);                                            \
    }                                                          \
    pthread_mutex_lock(&order);                                \
    int fd = opened(real PASS, path, flags);                   \
    int failed = errno;                                        \
    pthread_mutex_unlock(&order);                              \
    errno = failed;                                            \
    return fd;                                                 \
  }
OPENS(open, (const char *path, int flags, ...), (path, flags, mode))
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENS(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode))
OPENS(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode))

int close(int fd) {
  if (kind(fd) == OTHER) return real_close(fd);
  pthread_mutex_lock(&order);
  if (kind(fd) == WATCHED) note(CLOSE, fd, 0, 0, 0, 0, 0);
  kinds[fd] = OTHER;
  int result = real_close(fd);
  pthread_mutex_unlock(&order);
  return result;
}

/* How libuv closes files. */
long syscall(long number, ...) {
  static long (*real)(long, ...);
  if (!real) real = REAL(syscall);
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  return number == SYS_close ? close(a) : real(number, a, b, c, d, e, f);
}

static ssize_t written(int fd, const void *bytes, size_t count, int64_t offset) {
  if (kind(fd) == WATCHED && fault() == WRITE_IS_FULL) {
    errno = ENOSPC;
    return -1;
  }
  pthread_mutex_lock(&order);
  off_t at = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR);
  ssize_t done = offset >= 0 ? real_pwrite(fd, bytes, count, offset) : real_write(fd, bytes, count);
  int failed = errno;
  if (done > 0) note(kind(fd) == MARKS ? MARK : WRITE, fd, at, 0, 0, bytes, done);
  pthread_mutex_unlock(&order);
  errno = failed;
  return done;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (!real_write) real_write = REAL(write);
  return kind(fd) == OTHER ? real_write(fd, bytes, count) : written(fd, bytes, count, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return kind(fd) == OTHER ? real_pwrite(fd, bytes, count, offset) : written(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  return pwrite(fd, bytes, count, offset);
}

int ftruncate(int fd, off_t size) {
  if (kind(fd) == OTHER) return real_ftruncate(fd, size);
  pthread_mutex_lock(&order);
  int result = real_ftruncate(fd, size);
  if (result == 0) note(TRUNCATE, fd, size, 0, 0, 0, 0);
  pthread_mutex_unlock(&order);
  return result;
}

int ftruncate64(int fd, off64_t size) {
  return ftruncate(fd, size);
}

static int flushed(int fd, int (*flush)(int)) {
  if (kind(fd) != WATCHED) return flush(fd);
  if (fault() == FLUSH_FAILS) {
    pthread_mutex_lock(&order);
    note(FLUSH_FAILED, fd, 0, 0, 0, 0, 0);
    pthread_mutex_unlock(&order);
    errno = EIO;
    return -1;
  }
  if (fault() == FLUSH_IS_SLOW) {
    struct timespec time = {control[1] / 1000, control[1] % 1000 * 1000000L};
    nanosleep(&time, 0);
  }
  pthread_mutex_lock(&order);
  /* Where the disk itself is not under test, nobody waits for it. */
  int result = log_fd >= 0 ? 0 : flush(fd);
  if (result == 0) note(FLUSH, fd, 0, 0, 0, 0, 0);
  pthread_mutex_unlock(&order);
  return result;
}

int fsync(int fd) {
  return flushed(fd, real_fsync);
}

int fdatasync(int fd) {
  return flushed(fd, real_fdatasync);
}

/* Two paths are noted in one, a line each. */
static void note_names(int op, const char *from, const char *to) {
  char both[8192];
  snprintf(both, sizeof both, "%s\n%s", from, to);
  note(op, -1, 0, 0, both, 0, 0);
}

#define NAMES(name, PARAMETERS, PASS, IS_OURS, NOTE)           \
  int name PARAMETERS {                                        \
    static __typeof__(&name) real;                             \
    if (!real) real = REAL(name);                              \
    if (!(IS_OURS)) return real PASS;                          \
    pthread_mutex_lock(&order);                                \
    int result = real PASS;                                    \
    int failed = errno;                                        \
    if (result == 0) NOTE;                                     \
    pthread_mutex_unlock(&order);                              \
    errno = failed;                                            \
    return result;                                             \
  }
NAMES(unlink, (const char *path), (path), watched(path), note(UNLINK, -1, 0, 0, path, 0, 0))
NAMES(remove, (const char *path), (path), watched(path), note(UNLINK, -1, 0, 0, path, 0, 0))
NAMES(unlinkat, (int at, const char *path, int flags), (at, path, flags), watched(path),
      note(UNLINK, -1, 0, 0, path, 0, 0))
NAMES(rename, (const char *from, const char *to), (from, to), watched(to), note_names(RENAME, from, to))
NAMES(link, (const char *from, const char *to), (from, to), watched(to), note_names(LINK, from, to))
NAMES(mkdir, (const char *path, mode_t mode), (path, mode), watched(path), note(MKDIR, -1, 0, 0, path, 0, 0))
