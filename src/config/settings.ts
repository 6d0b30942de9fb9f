// What the MASTER section sets for the plane. The core's part of it is in MasterSpec.

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** The file whose first line every request must bring. */
  readonly tokenFile?: string;
  /** PEM files: TLS is spoken. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
  /** Whoever comes may read everything, by whatever name. */
  readonly open?: true;
}

export interface Settings {
  /** undefined: no HTTP listener (`http=off`). */
  readonly http?: HttpSettings;
  /** Holds the lock, the control socket and the notify sockets; made 0711, its `control` folder 0700. */
  readonly runDirectory: string;
  /** `<runDirectory>/control/control.sock` unless set. */
  readonly controlSocket: string;
  readonly log: {
    readonly level: LogLevel;
    /** auto: pretty on a terminal, JSON elsewhere. */
    readonly format: 'auto' | 'json' | 'pretty';
    /** 'stdout', 'stderr' or the path of a file. */
    readonly destination: string;
  };
  /** How often worker CPU and memory are sampled; 0: never. */
  readonly sampleIntervalMs: number;
  /** How long no turn may be completed before that is told; 0: it never is. */
  readonly watchdogLimitMs: number;
}
