// A client that collects what it is told; lines end with \n.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

export class Client {
  readonly socket: Socket;
  received = '';
  ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
    });
  }

  static async connect(port: number): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new Client(socket);
    await once(socket, 'connect');
    return client;
  }

  get greeted(): boolean {
    return this.received !== '';
  }

  send(line: string): void {
    this.socket.write(`${line}\n`);
  }

  async hears(text: string): Promise<void> {
    await until(
      () => this.received.includes(text),
      () => `heard "${this.received}", not "${text}"`,
    );
  }

  async closed(): Promise<void> {
    await until(
      () => this.ended,
      () => `the connection is still open after "${this.received}"`,
    );
  }

  destroy(): void {
    this.socket.destroy();
  }
}
