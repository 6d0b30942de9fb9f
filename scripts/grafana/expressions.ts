// PromQL as the panels use it: which series a dashboard's variables choose, sums over the addresses of a service, rates
// and quantiles. One series per service and instance, so that a fleet stays readable.

/** A metric of services, of the instances and services that are chosen; `more` are further matchers. */
export const of = (name: string, more = ''): string =>
  `preforkd_${name}{instance=~"$instance",service=~"$service"${more && `,${more}`}}`;

/** The same of services alone, without daemons. */
export const ofServices = (name: string, more = ''): string =>
  of(name, `kind="service"${more && `,${more}`}`);

/** A metric of the master, of the instances that are chosen. */
export const ofMaster = (name: string, more = ''): string =>
  `preforkd_${name}{instance=~"$instance"${more && `,${more}`}}`;

/** Names of process metrics are everybody's: only of instances that are ours. */
const OURS = 'and on (job, instance) preforkd_build_info';

/** CPU of the master, in processors. */
export const MASTER_CPU = `rate(process_cpu_seconds_total{instance=~"$instance"}[$__rate_interval]) ${OURS}`;

/** Memory of the master, in bytes. */
export const MASTER_MEMORY = `process_resident_memory_bytes{instance=~"$instance"} ${OURS}`;

export const EACH = '{{service}} @ {{instance}}';

/** One sum for each service of each instance, over its addresses. */
export const each = (inner: string, ...labels: readonly string[]): string =>
  `sum by (${['instance', 'service', ...labels].join(', ')}) (${inner})`;

/** Per second, over what Grafana finds right for the zoom. */
export const rate = (counter: string): string => `rate(${counter}[$__rate_interval])`;

/** A quantile of a histogram of services, for each service that has one: of nothing it would be NaN, which >= leaves out. */
export const quantile = (share: number, histogram: string, window = '$__rate_interval'): string =>
  `histogram_quantile(${share}, sum by (instance, service, le) (rate(${of(`${histogram}_bucket`)}[${window}]))) >= 0`;

/** The share of the last minute in which a limit held the spawns of a service back, if it is worth telling. */
export const HELD_BACK = `label_replace(${each(
  `rate(${ofServices('spawn_blocked_seconds_total')}[1m])`,
  'constraint',
)} > 0.01, "constraint", "nothing: workers are starting", "constraint", "none")`;
