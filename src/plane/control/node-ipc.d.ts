// The few parts of node-ipc 14.0.0 that preforkd uses; the package has no types of its own.

declare module 'node-ipc' {
  import type { Server, Socket } from 'node:net';

  export interface Config {
    silent: boolean;
    parser: 'fast' | 'guarded' | 'assured' | 'raw';
    maxMessageSize: number;
    maxPendingBytes: number;
    messageTimeout: number;
    maxConnections: number;
    maxRetries: number;
    stopRetrying: boolean;
    unlink: boolean;
    socketRoot: string;
    secureSocketRoot: boolean;
  }

  export interface IpcServer {
    on(event: 'connect' | 'close', listener: (socket: Socket) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: string, listener: (data: unknown, socket: Socket) => void): void;
    emit(socket: Socket, event: string, data: unknown): boolean;
    start(): void;
    stop(): void;
    readonly server: Server | false;
  }

  export interface IpcClient {
    on(event: 'connect' | 'disconnect' | 'destroy', listener: () => void): void;
    on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): void;
    on(event: string, listener: (data: unknown) => void): void;
    emit(event: string, data: unknown): boolean;
    readonly socket: Socket;
  }

  export class IPCModule {
    config: Config;
    of: Record<string, IpcClient>;
    server: IpcServer;
    serve(path: string, callback?: () => void): void;
    connectTo(id: string, path: string, callback?: () => void): void;
    disconnect(id: string): void;
  }
}
