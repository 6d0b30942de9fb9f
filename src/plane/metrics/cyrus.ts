// The metrics of Cyrus's master under their names in Cyrus, beside our own, so that dashboards made for it go on
// working. Only for a master that stands in for Cyrus's (parts.ts); read at scrape time by the exporter. What the
// scoreboard does not know, failures in ready state and fork rates, is learnt from facts and from scrape to scrape.

import type { Fact } from '../../core/facts.ts';
import type { MasterSpec } from '../../core/spec.ts';
import { SERVICE_FIELD, type ServiceScalar, serviceView } from '../../thread/scoreboard.ts';
import { monotonicMs } from './board-reader.ts';
import type { Numbers, Renderable } from './collect.ts';
import { createForkRates } from './fork-rates.ts';
import type { SlotLabels } from './slots.ts';

/** Cyrus writes INT_MAX for unlimited. */
const UNLIMITED_CHILDREN = 2_147_483_647;

export interface CyrusMetrics {
  learn(fact: Fact): void;
  metrics(numbers: () => Numbers, spec: () => MasterSpec): readonly Renderable[];
}

type Reading = (view: Float64Array, labels: SlotLabels, spec: MasterSpec) => number;

export function createCyrusMetrics(now: () => number = monotonicMs): CyrusMetrics {
  const readyFails = new Map<string, number>();
  const rates = createForkRates(now);
  const gauge = 'gauge' as const;
  const counter = 'counter' as const;
  const table: readonly (readonly [name: string, type: 'gauge' | 'counter', help: string, read: Reading])[] =
    [
      ['ready_workers', gauge, 'Workers that may take a client.', scalar('ready')],
      ['forks_total', counter, 'Children that were started.', scalar('spawns')],
      ['active_children', gauge, 'Children that are alive.', scalar('active')],
      ['max_children', gauge, 'Children at most; 2147483647: unlimited.', maxChildren],
      [
        'forks_per_second',
        gauge,
        'Rate at which children are started; what is older than a second counts half.',
        (view, labels) => rates.rate(keyOf(labels), view[SERVICE_FIELD.spawns] ?? 0),
      ],
      ['max_forks_per_second', gauge, 'Rate at most; 0: unlimited.', maxForkRate],
      [
        'ready_fails_total',
        counter,
        'Children that ended badly while they were ready.',
        (_view, labels) => readyFails.get(keyOf(labels)) ?? 0,
      ],
    ];
  return {
    learn: (fact) => {
      if (fact.kind === 'exited' && !fact.expected && fact.state !== 'busy') {
        const key = keyOf(fact);
        readyFails.set(key, (readyFails.get(key) ?? 0) + 1);
      } else if (fact.kind === 'slot-freed') {
        readyFails.delete(keyOf(fact));
        rates.forget(keyOf(fact));
      }
    },
    metrics: (numbers, spec) =>
      table.map(([name, type, help, read]) => {
        const head = { name: `cyrus_master_${name}`, type, help };
        const get = () => ({ ...head, values: samples(numbers(), spec(), read) });
        return { ...head, get };
      }),
  };
}

function samples({ board, slots }: Numbers, spec: MasterSpec, read: Reading) {
  return slots.map(([slot, labels]) => ({
    // Cyrus calls the family of a DAEMON `daemon`.
    labels: { service: labels.service, family: labels.family || 'daemon' },
    value: read(serviceView(board, slot), labels, spec),
  }));
}

function scalar(field: ServiceScalar): Reading {
  return (view) => view[SERVICE_FIELD[field]] ?? 0;
}

const maxChildren: Reading = (view) => Math.min(view[SERVICE_FIELD.maxchild] ?? 0, UNLIMITED_CHILDREN);

const maxForkRate: Reading = (_view, { service, kind }, spec) => {
  const entries = kind === 'daemon' ? spec.daemons : spec.services;
  const rate = entries.find(({ name }) => name === service)?.maxforkrate ?? 0;
  return Number.isFinite(rate) ? rate : 0;
};

function keyOf({ service, family }: { readonly service: string; readonly family: string }): string {
  return `${service}/${family}`;
}
