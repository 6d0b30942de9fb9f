/* The worker of the differential test: the same program under Cyrus's master and under ours. Speaks the 8-byte protocol
   (messages at fd 3, listening socket at fd 4), greets each client with its pid and its use, and then does what the
   client says, a line at a time. What it does before the first client is said by its arguments, `name=value`:
     kind=worker|multi|udp|daemon|job   what it is; a daemon and a job have no socket
     slow=MS          sleeps before it has set a signal handler      say=N         says message N before anybody came
     gate=PATH        goes no further before this file exists
     exit=CODE        ends at once (a job: at its end)               exitif=PATH   ends with 1 while this file exists
     uses=N           ends after so many clients                     ignore=1      pays no attention to SIGTERM
     note=PATH word=W appends `W began`, `W HUP`, `W TERM`, `W ended`, `W speechless` to a file
     for=MS           how long a job takes                           ok=1          a daemon says ok\r\n when it is up
     stays=1|2        a job leaves a process in the background when it ends: in its group, or in a session of its own
     becomes=USER     becomes that user first, if root has started it, as Cyrus's own programs do */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { AVAILABLE = 1, UNAVAILABLE = 2, CONNECTION = 3, CONNECTION_MULTI = 4 };
enum { STATUS_FD = 3, LISTEN_FD = 4, EX_OSERR = 71, EX_TEMPFAIL = 75, CLIENTS_MAX = 64, GATE_MS = 10 };

static char **words;
static const char *note_path, *note_word;
static volatile sig_atomic_t told_to_finish, serving, has_socket;
static long use;

static const char *option(const char *name) {
  size_t length = strlen(name);
  for (char **word = words + 1; *word; word++)
    if (strncmp(*word, name, length) == 0 && (*word)[length] == '=') return *word + length + 1;
  return NULL;
}

static long number(const char *name, long otherwise) {
  const char *text = option(name);
  return text ? atol(text) : otherwise;
}

/* Called from signal handlers too: only what is safe there. */
static void note(const char *what) {
  char line[256];
  if (!note_path || !note_word || strlen(note_word) > 200) return;
  char *end = stpcpy(stpcpy(stpcpy(stpcpy(line, note_word), " "), what), "\n");
  int fd = open(note_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (write(fd, line, (size_t)(end - line)) < 0) _exit(EX_OSERR);
  close(fd);
}

static void on_hup(int signal) {
  (void)signal;
  note("HUP");
  if (!has_socket) return;
  if (!serving) _exit(0);
  told_to_finish = 1;
}

static void on_term(int signal) {
  (void)signal;
  note("TERM");
  _exit(EX_TEMPFAIL);
}

static void set_handlers(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action); /* no SA_RESTART: accept is to be interrupted */
  action.sa_handler = on_hup;
  sigaction(SIGHUP, &action, NULL);
  action.sa_handler = number("ignore", 0) ? SIG_IGN : on_term;
  sigaction(SIGTERM, &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}

static void nap(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&left, &left) < 0 && errno == EINTR)
    ;
}

static void say_of(int32_t message, int32_t pid) {
  int32_t pair[2] = {message, pid};
  /* A full channel is the master's trouble: the word is lost, and the exit will be seen. */
  if (write(STATUS_FD, pair, sizeof pair) < 0) return;
}

static void say(int32_t message) { say_of(message, (int32_t)getpid()); }

static void answer(int client, const char *text) { (void)!send(client, text, strlen(text), MSG_NOSIGNAL); }

static void greet(int client) {
  char text[64];
  snprintf(text, sizeof text, "hello %d %ld\r\n", (int)getpid(), ++use);
  answer(client, text);
}

/* Of a listening socket the kernel tells there how many clients may be queued (tcp_get_info). */
static void tell_backlog(int client) {
  struct tcp_info info = {0};
  socklen_t length = sizeof info;
  char text[64];
  if (getsockopt(LISTEN_FD, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) exit(EX_OSERR);
  snprintf(text, sizeof text, "backlog %u\r\n", info.tcpi_sacked);
  answer(client, text);
}

/* Does what the line says; 0 when the client has been dismissed. */
static int obey(int client, char *line) {
  int message = 0, pid = 0, code = 0;
  if (strcmp(line, "bye") == 0) return 0;
  if (strcmp(line, "crash") == 0) kill(getpid(), SIGKILL);
  if (strcmp(line, "hang") == 0) {
    signal(SIGTERM, SIG_IGN);
    answer(client, "hanging\r\n");
    for (;;) pause();
  }
  if (strcmp(line, "backlog") == 0) {
    tell_backlog(client);
    return 1;
  }
  if (sscanf(line, "exit %d", &code) == 1) _exit(code);
  if (sscanf(line, "forge %d %d", &message, &pid) == 2) say_of(message, pid);
  else if (sscanf(line, "say %d", &message) == 1) say(message);
  else if (sscanf(line, "flood %d", &message) == 1) while (message-- > 0) say(AVAILABLE);
  else if (strcmp(line, "half") == 0 && write(STATUS_FD, "\1\0\0\0", 4) < 0) _exit(EX_OSERR);
  answer(client, "done\r\n");
  return 1;
}

/* All lines that are there; 0 when the client has gone or was dismissed. */
static int hear(int client) {
  char text[512];
  ssize_t length = recv(client, text, sizeof text - 1, 0);
  if (length < 0 && errno == EINTR) return 1;
  if (length <= 0) return 0;
  text[length] = '\0';
  for (char *line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
    if (!obey(client, line)) return 0;
  return 1;
}

static int accept_one(void) {
  for (;;) {
    int client = accept(LISTEN_FD, NULL, NULL);
    if (client >= 0) {
      serving = 1;
      return client;
    }
    if (told_to_finish) exit(0);
    if (errno != EINTR && errno != ECONNABORTED) exit(EX_OSERR);
  }
}

static void serve_one_by_one(void) {
  long uses = number("uses", -1);
  while (!told_to_finish) {
    int client = accept_one();
    say(UNAVAILABLE);
    say(CONNECTION);
    greet(client);
    while (hear(client))
      ;
    close(client);
    if (uses > 0 && use >= uses) exit(0);
    if (told_to_finish) exit(0);
    serving = 0;
    say(AVAILABLE);
  }
}

static void serve_many(void) {
  struct pollfd set[CLIENTS_MAX] = {{.fd = LISTEN_FD, .events = POLLIN}};
  int count = 1;
  while (!(told_to_finish && count == 1)) {
    if (poll(set, (nfds_t)count, -1) < 0) continue;
    for (int at = count - 1; at > 0; at--) {
      if (!set[at].revents || hear(set[at].fd)) continue;
      close(set[at].fd);
      set[at] = set[--count];
    }
    if (set[0].revents && count < CLIENTS_MAX) {
      set[count] = (struct pollfd){.fd = accept_one(), .events = POLLIN};
      say(CONNECTION_MULTI);
      greet(set[count++].fd);
    }
    serving = count > 1;
  }
}

static void answer_datagrams(void) {
  for (;;) {
    char text[64];
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(LISTEN_FD, text, sizeof text, 0, (struct sockaddr *)&from, &length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) exit(EX_OSERR);
    say(UNAVAILABLE);
    say(CONNECTION);
    int size = snprintf(text, sizeof text, "hello %d %ld\n", (int)getpid(), ++use);
    (void)!sendto(LISTEN_FD, text, (size_t)size, 0, (struct sockaddr *)&from, length);
    say(AVAILABLE);
  }
}

static void become(const char *name) {
  const struct passwd *user = getpwnam(name);
  if (!user || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0) _exit(EX_OSERR);
}

int main(int argc, char **argv) {
  (void)argc;
  words = argv;
  if (option("becomes") && geteuid() == 0) become(option("becomes"));
  note_path = option("note");
  note_word = option("word");
  const char *kind = option("kind") ? option("kind") : "worker";
  int is_job = strcmp(kind, "job") == 0, is_daemon = strcmp(kind, "daemon") == 0;
  note("began");
  nap(number("slow", 0));
  while (option("gate") && access(option("gate"), F_OK) != 0) nap(GATE_MS);
  has_socket = !is_job && !is_daemon;
  set_handlers();
  if (option("exitif") && access(option("exitif"), F_OK) == 0) return 1;
  if (is_job) {
    nap(number("for", 0));
    long stays = number("stays", 0);
    if (stays && fork() == 0) {
      if (stays == 2 && setsid() < 0) _exit(EX_OSERR);
      note("stays");
      for (;;) pause();
    }
    note("ended");
    return (int)number("exit", 0);
  }
  if (option("exit")) return (int)number("exit", 0);
  if (number("ok", 0) && write(STATUS_FD, "ok\r\n", 4) < 0) note("speechless");
  if (option("say")) say((int32_t)number("say", 0));
  while (is_daemon) pause();
  if (strcmp(kind, "multi") == 0) serve_many();
  else if (strcmp(kind, "udp") == 0) answer_datagrams();
  else serve_one_by_one();
  return 0;
}
