// The connection to the master: server-sent events, and what to believe when none come. Tells the page each hello and
// frame, and every second how the connection does. Tries again for ever; never asks for anything else.

/** @import { Frame, Hello } from '../http/frame.ts' */

/** Without a frame for so long, the master (or the way to it) is silent. Frames come every second. */
const SILENT_MS = 3_500;
/** A browser gives up on a refusal (too many look already, a proxy's error): we do not. */
const AGAIN_MS = 3_000;
const LOOK_MS = 1_000;

/** @typedef {'connecting' | 'live' | 'silent' | 'lost' | 'ended'} Link */

/**
 * @typedef {object} Listener
 * @property {(hello: Hello) => void} hello
 * @property {(frame: Frame) => void} frame
 * @property {(link: Link, sinceMs: number) => void} link how it does, and how long ago the last frame came
 */

/** @param {Listener} listener */
export function connect(listener) {
  /** @type {Link} */
  let link = 'connecting';
  let heardAt = performance.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;

  /** @param {Link} now */
  const become = (now) => {
    link = now;
    listener.link(link, performance.now() - heardAt);
  };
  const heard = () => {
    heardAt = performance.now();
    become('live');
  };
  const open = () => {
    const source = new EventSource('api/live');
    source.addEventListener('hello', ({ data }) => {
      heard();
      listener.hello(JSON.parse(data));
    });
    source.addEventListener('frame', ({ data }) => {
      heard();
      listener.frame(JSON.parse(data));
    });
    source.addEventListener('end', () => become('ended'));
    source.addEventListener('error', () => {
      if (link !== 'ended') become('lost');
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(again);
      again = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  setInterval(() => {
    const silentFor = performance.now() - heardAt;
    become(link === 'live' && silentFor > SILENT_MS ? 'silent' : link);
  }, LOOK_MS);
}
