// What an alert is to us: the expression, how grave, what it says, and two stories of series that promtool plays: one in
// which it fires, with the words that it must say then, and one in which it keeps silent. A recording rule is the same,
// with a name instead. Written to grafana/prometheus by scripts/docs-alerts.ts.

export interface Story {
  /** Series and values as promtool has them: '0x5 10x10'. */
  readonly series: Readonly<Record<string, string>>;
  /** From one value to the next: 1m when it is not said. */
  readonly interval?: string;
  /** When the question is asked. */
  readonly at: string;
}

export interface FiringStory extends Story {
  /** Labels of the alert besides its name and severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** It must hold for so long. */
  readonly for: string;
  /** critical: clients are not served; somebody gets up. warning: today. info: good to know. */
  readonly severity: 'critical' | 'warning' | 'info';
  readonly summary: string;
  readonly description: string;
  readonly fires: FiringStory;
  readonly silent: Story;
  /** Why the expression may be without data in a storm that is meant to set off as many alerts as it can. */
  readonly empty?: string;
}

export interface Recording {
  readonly name: string;
  readonly expr: string;
  readonly because: string;
  readonly empty?: string;
  readonly story: Story & { readonly gives: readonly { readonly labels: string; readonly value: number }[] };
}

/** A series of the service `imap` of the master `m`. */
export const imap = (name: string, more = ''): string =>
  `preforkd_${name}{instance="m",job="preforkd",service="imap",family="ipv4",kind="service"${more && `,${more}`}}`;

/** A series of the master `m`. */
export const master = (name: string, more = ''): string =>
  `preforkd_${name}{instance="m",job="preforkd"${more && `,${more}`}}`;

export const OF_IMAP = { instance: 'm', job: 'preforkd', service: 'imap', family: 'ipv4', kind: 'service' };
export const OF_MASTER = { instance: 'm', job: 'preforkd' };
