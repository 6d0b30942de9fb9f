// Sections of a cyrus.conf, for the scenarios.

const section =
  (name: string) =>
  (...entries: readonly string[]): string =>
    `${name} {\n${entries.map((entry) => `  ${entry}\n`).join('')}}`;

export const services = section('SERVICES');
export const starts = section('START');
export const events = section('EVENTS');
export const daemons = section('DAEMON');
