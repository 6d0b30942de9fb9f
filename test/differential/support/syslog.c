/* What Cyrus's master tells the system's log, for the comparison: loaded before the C library (LD_PRELOAD), it writes what
   goes to syslog(3) into the file named by CYRUS_SYSLOG_FILE, a line each, where preforkd-cyrmaster writes its own. In the
   same shape, but for the time, which nobody compares: `priority master[PID]: text`. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048 };

static void keep(int priority, const char *format, va_list arguments) {
  const char *path = getenv("CYRUS_SYSLOG_FILE");
  if (!path) return;
  char line[LINE_MAX_BYTES];
  /* %m is known to the C library's printf as well. */
  int head = snprintf(line, sizeof line, "%d master[%d]: ", priority & 7, (int)getpid());
  int body = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, arguments);
  size_t length = strnlen(line, sizeof line - 2);
  if (body < 0) return;
  while (length > 0 && line[length - 1] == '\n') length--;
  line[length++] = '\n';
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (write(fd, line, length) < 0) perror(path);
  close(fd);
}

void vsyslog(int priority, const char *format, va_list arguments) { keep(priority, format, arguments); }

void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments) {
  (void)flag;
  keep(priority, format, arguments);
}

void syslog(int priority, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  keep(priority, format, arguments);
  va_end(arguments);
}

void __syslog_chk(int priority, int flag, const char *format, ...) {
  va_list arguments;
  (void)flag;
  va_start(arguments, format);
  keep(priority, format, arguments);
  va_end(arguments);
}
