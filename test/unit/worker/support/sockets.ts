// What a master has and Node cannot make: a listening socket that nobody accepts on, and a status pipe that does not
// block. Test only; the master's own are in src/os/linux.

import koffi from 'koffi';

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const SHUT_RDWR = 2;
const LOOPBACK = 0x7f000001;
const SOCKADDR_IN_BYTES = 16;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

const libc = koffi.load(null);
const socket = libc.func('int socket(int domain, int type, int protocol)');
const bind = libc.func('int bind(int fd, void *address, uint32_t bytes)');
const listen = libc.func('int listen(int fd, int backlog)');
const shutdown = libc.func('int shutdown(int fd, int how)');
const getsockname = libc.func('int getsockname(int fd, void *address, void *bytes)');
const pipe2 = libc.func('int pipe2(void *ends, int flags)');

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what}: errno ${koffi.errno()}`);
  return result;
}

export function listenOnLoopback(backlog: number): { fd: number; port: number } {
  const fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 'socket');
  const address = Buffer.alloc(SOCKADDR_IN_BYTES);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt32BE(LOOPBACK, 4);
  must(bind(fd, address, SOCKADDR_IN_BYTES), 'bind');
  must(listen(fd, backlog), 'listen');
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(SOCKADDR_IN_BYTES);
  must(getsockname(fd, address, bytes), 'getsockname');
  return { fd, port: address.readUInt16BE(2) };
}

export function statusPipe(): { read: number; write: number } {
  const ends = Buffer.alloc(8);
  must(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 'pipe2');
  return { read: ends.readInt32LE(0), write: ends.readInt32LE(4) };
}

/** What a master does to the socket of a service that was removed. */
export function shutDown(fd: number): void {
  must(shutdown(fd, SHUT_RDWR), 'shutdown');
}
