// Asks the kernel about one listening unix socket by its inode: sock_diag(7), UDIAG_SHOW_RQLEN. Called by queue.ts.
// One netlink socket, kept open; every question has a sequence number, and an answer to another question is
// dropped. Never waits: the kernel answers within the send.

import type { Errno, Fd, QueueOutcome } from '../os.ts';
import { errnoName, lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import {
  AF_NETLINK,
  AF_UNIX,
  MSG_DONTWAIT,
  NETLINK_SOCK_DIAG,
  NLM_F_REQUEST,
  NLMSG_ERROR,
  NLMSGHDR_BYTES,
  SOCK_CLOEXEC,
  SOCK_DIAG_BY_FAMILY,
  SOCK_RAW,
  UDIAG_SHOW_RQLEN,
  UNIX_DIAG_MSG_BYTES,
  UNIX_DIAG_REQUEST_BYTES,
  UNIX_DIAG_RQLEN,
  UNIX_DIAG_SHUTDOWN,
} from './structs.ts';

const ANSWER_BYTES = 4096;
const ATTRIBUTE_HEADER_BYTES = 4;
const NO_COOKIE = 0xffffffff;
/** Stale answers to read over: there is at most one for each question that was given up. */
const ANSWERS_MAX = 8;

const request = new ArrayBuffer(UNIX_DIAG_REQUEST_BYTES);
const requestBytes = new Uint8Array(request);
const requestWords = new Uint32Array(request);
const answer = new ArrayBuffer(ANSWER_BYTES);
const answerBytes = new Uint8Array(answer);
const answerWords = new Uint32Array(answer);
const answerHalves = new Uint16Array(answer);

let socket: Fd | undefined;
let sequence = 0;
prepareRequest();

/** What stays the same in every question: struct nlmsghdr and struct unix_diag_req, by 32-bit words. */
function prepareRequest(): void {
  const halves = new Uint16Array(request);
  requestWords[0] = UNIX_DIAG_REQUEST_BYTES;
  halves[2] = SOCK_DIAG_BY_FAMILY;
  halves[3] = NLM_F_REQUEST;
  requestBytes[NLMSGHDR_BYTES] = AF_UNIX;
  requestWords[7] = UDIAG_SHOW_RQLEN;
  requestWords[8] = NO_COOKIE;
  requestWords[9] = NO_COOKIE;
}

export function unixQueue(inode: number): QueueOutcome {
  const trouble = open() ?? ask(inode);
  if (trouble !== undefined) return { ok: false, errno: trouble };
  for (let answers = 0; answers < ANSWERS_MAX; ) {
    const length = libc.recv(socket as Fd, answerBytes, ANSWER_BYTES, MSG_DONTWAIT);
    if (length < 0) {
      const errno = lastErrno();
      if (errno === 'EINTR') continue;
      return { ok: false, errno };
    }
    answers += 1;
    if (answerWords[2] === sequence) return decode(length);
  }
  return { ok: false, errno: 'EPROTO' };
}

function open(): Errno | undefined {
  if (socket !== undefined) return undefined;
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return lastErrno();
  socket = fd;
  return undefined;
}

function ask(inode: number): Errno | undefined {
  sequence = (sequence + 1) >>> 0;
  requestWords[2] = sequence;
  requestWords[6] = inode;
  for (;;) {
    if (libc.send(socket as Fd, requestBytes, UNIX_DIAG_REQUEST_BYTES, 0) >= 0) return undefined;
    const errno = lastErrno();
    if (errno !== 'EINTR') return errno;
  }
}

/** netlink(7): an error message, or struct unix_diag_msg followed by attributes aligned to 4 bytes. */
function decode(length: number): QueueOutcome {
  if (answerHalves[2] === NLMSG_ERROR) {
    return { ok: false, errno: errnoName(-((answerWords[4] as number) | 0)) };
  }
  const queue = attribute(length, UNIX_DIAG_RQLEN);
  if (queue === undefined) return { ok: false, errno: 'EPROTO' };
  const shut = attribute(length, UNIX_DIAG_SHUTDOWN);
  if (shut !== undefined && answerBytes[shut] !== 0) return { ok: false, errno: 'EINVAL' };
  return { ok: true, length: answerWords[queue / 4] as number, limit: answerWords[queue / 4 + 1] as number };
}

/** Where the value of an attribute begins, in bytes. */
function attribute(length: number, wanted: number): number | undefined {
  let offset = NLMSGHDR_BYTES + UNIX_DIAG_MSG_BYTES;
  while (offset + ATTRIBUTE_HEADER_BYTES <= length) {
    const bytes = answerHalves[offset / 2] as number;
    if (answerHalves[offset / 2 + 1] === wanted) return offset + ATTRIBUTE_HEADER_BYTES;
    if (bytes < ATTRIBUTE_HEADER_BYTES) break;
    offset += (bytes + 3) & ~3;
  }
  return undefined;
}
