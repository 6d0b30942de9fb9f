// The C library as functions of TypeScript, one line per call and nothing else: no errno, no policy, no retry.
// Called by the other files of os/linux only. koffi may be used in one thread of a process, synchronously, and
// for libc only (docs/ARCHITECTURE.md, cautions): nothing else in the project may import it.
// fcntl, open, ioctl and syscall are variadic in C; on Linux's 64-bit ABIs fixed integer arguments are passed alike.

import koffi from 'koffi';

/** Memory that the call reads or writes while it runs, never afterwards. */
export type Memory = NodeJS.ArrayBufferView;
/** An array of C strings, ended by null as execve(2) wants it. */
export type Strings = readonly (string | null)[];

type N = number;

const library = koffi.load('libc.so.6');

function bind<F>(definition: string): F {
  return library.func(definition) as unknown as F;
}

// biome-ignore format: a table, one line per call
export const libc = {
  poll: bind<(fds: Memory, count: N, timeoutMs: N) => N>('int poll(void *fds, unsigned long count, int timeout)'),
  eventfd: bind<(initial: N, flags: N) => N>('int eventfd(unsigned int initial, int flags)'),
  epollCreate: bind<(flags: N) => N>('int epoll_create1(int flags)'),
  epollControl: bind<(epoll: N, operation: N, fd: N, event: Memory | null) => N>('int epoll_ctl(int epoll, int operation, int fd, void *event)'),
  epollWait: bind<(epoll: N, events: Memory, max: N, timeoutMs: N) => N>('int epoll_wait(int epoll, void *events, int max, int timeout)'),

  open: bind<(path: string, flags: N, mode: N) => N>('int open(const char *path, int flags, int mode)'),
  close: bind<(fd: N) => N>('int close(int fd)'),
  read: bind<(fd: N, bytes: Memory, count: N) => N>('long read(int fd, void *bytes, size_t count)'),
  write: bind<(fd: N, bytes: Memory, count: N) => N>('long write(int fd, const void *bytes, size_t count)'),
  pipe2: bind<(fds: Memory, flags: N) => N>('int pipe2(void *fds, int flags)'),
  prctl: bind<(option: N, a: N, b: N, c: N, d: N) => N>('int prctl(int option, long a, long b, long c, long d)'),
  capset: bind<(header: Memory, sets: Memory) => N>('int capset(void *header, const void *sets)'),
  initgroups: bind<(name: string, gid: N) => N>('int initgroups(const char *name, unsigned int gid)'),
  setgid: bind<(gid: N) => N>('int setgid(unsigned int gid)'),
  setuid: bind<(uid: N) => N>('int setuid(unsigned int uid)'),
  fcntlLock: bind<(fd: N, command: N, lock: Memory) => N>('int fcntl(int fd, int command, void *lock)'),
  fcntl: bind<(fd: N, command: N, argument: N) => N>('int fcntl(int fd, int command, long argument)'),

  socket: bind<(domain: N, type: N, protocol: N) => N>('int socket(int domain, int type, int protocol)'),
  bind: bind<(fd: N, address: Memory, length: N) => N>('int bind(int fd, const void *address, unsigned int length)'),
  connect: bind<(fd: N, address: Memory, length: N) => N>('int connect(int fd, const void *address, unsigned int length)'),
  listen: bind<(fd: N, backlog: N) => N>('int listen(int fd, int backlog)'),
  shutdown: bind<(fd: N, how: N) => N>('int shutdown(int fd, int how)'),
  accept4: bind<(fd: N, address: null, length: null, flags: N) => N>('int accept4(int fd, void *address, void *length, int flags)'),
  getsockname: bind<(fd: N, address: Memory, length: Memory) => N>('int getsockname(int fd, void *address, void *length)'),
  getsockopt: bind<(fd: N, level: N, name: N, value: Memory, length: Memory) => N>('int getsockopt(int fd, int level, int name, void *value, void *length)'),
  setsockopt: bind<(fd: N, level: N, name: N, value: Memory, length: N) => N>('int setsockopt(int fd, int level, int name, const void *value, unsigned int length)'),
  send: bind<(fd: N, bytes: Memory, count: N, flags: N) => N>('long send(int fd, const void *bytes, size_t count, int flags)'),
  recv: bind<(fd: N, bytes: Memory, count: N, flags: N) => N>('long recv(int fd, void *bytes, size_t count, int flags)'),
  inetPton: bind<(family: N, text: string, bytes: Memory) => N>('int inet_pton(int family, const char *text, void *bytes)'),
  inetNtop: bind<(family: N, bytes: Memory, text: Memory, size: N) => string | null>('const char *inet_ntop(int family, const void *bytes, void *text, unsigned int size)'),
  ifNametoindex: bind<(name: string) => N>('unsigned int if_nametoindex(const char *name)'),

  posixSpawn: bind<(pid: Memory, path: string, actions: Memory, attributes: Memory, argv: Strings, environment: Strings) => N>('int posix_spawn(void *pid, const char *path, const void *actions, const void *attributes, const char **argv, const char **environment)'),
  attrInit: bind<(attributes: Memory) => N>('int posix_spawnattr_init(void *attributes)'),
  attrSetFlags: bind<(attributes: Memory, flags: N) => N>('int posix_spawnattr_setflags(void *attributes, short flags)'),
  attrSetGroup: bind<(attributes: Memory, group: N) => N>('int posix_spawnattr_setpgroup(void *attributes, int group)'),
  attrSetDefaults: bind<(attributes: Memory, signals: Memory) => N>('int posix_spawnattr_setsigdefault(void *attributes, const void *signals)'),
  attrSetMask: bind<(attributes: Memory, signals: Memory) => N>('int posix_spawnattr_setsigmask(void *attributes, const void *signals)'),
  actionsInit: bind<(actions: Memory) => N>('int posix_spawn_file_actions_init(void *actions)'),
  actionsDestroy: bind<(actions: Memory) => N>('int posix_spawn_file_actions_destroy(void *actions)'),
  actionsDup2: bind<(actions: Memory, fd: N, target: N) => N>('int posix_spawn_file_actions_adddup2(void *actions, int fd, int target)'),
  actionsCloseFrom: bind<(actions: Memory, from: N) => N>('int posix_spawn_file_actions_addclosefrom_np(void *actions, int from)'),
  actionsChdir: bind<(actions: Memory, path: string) => N>('int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)'),

  waitid: bind<(kind: N, id: N, information: Memory, options: N) => N>('int waitid(int kind, unsigned int id, void *information, int options)'),
  kill: bind<(pid: N, signal: N) => N>('int kill(int pid, int signal)'),
  syscall: bind<(number: N, a: N, b: N, c: N, d: N) => N>('long syscall(long number, long a, long b, long c, long d)'),
} as const;

/** The errno of the last call of this thread, errno(3). Only meaningful directly after a call that failed. */
export const lastErrnoNumber: () => number = koffi.errno;
