/* A tiny static prefork worker: what is measured with it is the master's own cost, not a worker's start-up.
   Speaks the 8-byte protocol of Cyrus: status at fd 3, listening socket at fd 4. Greets each client at once, waits for
   any line or its end, says goodbye, and takes the next one; after as many clients as its argument says it ends.
   SIGHUP: ends when idle; SIGTERM: ends at once, with 75.
   Build: cc -O2 -static -o worker worker.c */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AVAILABLE = 1, UNAVAILABLE = 2, CONNECTION = 3, STATUS_FD = 3, LISTEN_FD = 4, EX_TEMPFAIL = 75 };

static volatile sig_atomic_t told_to_finish;

static void finish(int signal) {
  (void)signal;
  told_to_finish = 1;
}

static void end_now(int signal) {
  (void)signal;
  _exit(EX_TEMPFAIL);
}

static void say(int32_t word) {
  int32_t message[2] = {word, (int32_t)getpid()};
  /* A full channel is the master's trouble, not ours: the word is lost, and it will see the exit. */
  if (write(STATUS_FD, message, sizeof message) < 0) return;
}

static void serve(int client) {
  static const char greeting[] = "* OK ready\r\n";
  char line[512];
  if (send(client, greeting, sizeof greeting - 1, MSG_NOSIGNAL) < 0) return;
  while (recv(client, line, sizeof line, 0) < 0 && errno == EINTR)
    ;
  (void)!send(client, "* BYE\r\n", 7, MSG_NOSIGNAL);
}

int main(int argc, char **argv) {
  long uses = argc > 1 ? atol(argv[1]) : -1;
  struct sigaction hup, term;
  memset(&hup, 0, sizeof hup);
  memset(&term, 0, sizeof term);
  hup.sa_handler = finish; /* no SA_RESTART: accept is to be interrupted */
  term.sa_handler = end_now;
  sigaction(SIGHUP, &hup, NULL);
  sigaction(SIGTERM, &term, NULL);
  while (!told_to_finish) {
    int client = accept(LISTEN_FD, NULL, NULL);
    if (client < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return 1;
    }
    say(UNAVAILABLE);
    say(CONNECTION);
    serve(client);
    close(client);
    if (uses > 0 && --uses == 0) return 0;
    if (!told_to_finish) say(AVAILABLE);
  }
  return 0;
}
