// A client of a service under test: one connection, line by line.

import { connect, type Socket } from 'node:net';
import { until } from './waiting.ts';

/** '127.0.0.1:1143', '[::1]:143' or '/a/path'. */
export function parseAddress(text: string): { host: string; port: number } | { path: string } {
  if (text.startsWith('/')) return { path: text };
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/[[\]]/g, ''), port: Number(text.slice(colon + 1)) };
}

/** One connection, line by line. */
export class Client {
  readonly socket: Socket;
  text = '';
  closed = false;
  error: NodeJS.ErrnoException | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.text += text;
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** Resolves when the kernel has queued the connection: no worker need have accepted it yet. */
  static connect(address: { host: string; port: number } | { path: string }): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect(address);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Client(socket));
      });
    });
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    await until('a line from the service', () => this.text.includes('\n') || this.closed);
    const [line = '', ...rest] = this.text.split('\n');
    this.text = rest.join('\n');
    return line.replace(/\r$/, '');
  }

  async ask(line: string): Promise<string> {
    this.send(line);
    return this.line();
  }

  send(line: string): void {
    this.socket.write(`${line}\n`);
  }

  async end(): Promise<void> {
    this.socket.end();
    await until('the end of the connection', () => this.closed);
  }

  async gone(): Promise<void> {
    await until('the service to close the connection', () => this.closed);
  }
}
