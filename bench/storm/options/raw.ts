// The options of `preforkd storm` as the command line gives them, all of them text. Made by src/cli/storm-options.ts,
// read by the other files of options/.

export interface RawOptions {
  readonly connections?: string;
  readonly rate?: string;
  readonly duration?: string;
  readonly shape?: string;
  readonly session?: string;
  readonly timeout?: string;
  /** true: said without a value. */
  readonly reconnect?: string | true;
  readonly seed?: string;
  readonly login?: string;
  readonly select?: string;
  readonly logout?: boolean;
  readonly path?: string;
  readonly status?: string;
  readonly send?: string;
  readonly expect?: string;
  readonly allowRemote?: boolean;
  readonly socket?: string;
  readonly config?: string;
  readonly metrics?: string;
  readonly pid?: string;
  readonly service?: string;
  /** false: --no-master. */
  readonly master?: boolean;
  readonly sample?: string;
  readonly signals?: string;
  readonly signal?: string;
  readonly kill?: string;
  readonly reload?: string;
  readonly stopCont?: string;
  readonly slo?: string;
  readonly json?: boolean;
  readonly save?: string;
  readonly report?: string;
}
