// A status page over a made-up master: a board that the test writes, slots, and facts. For tests of HTTP, and for those in
// a browser that need what a real master rarely is (stalled, or with hostile names).

import type { Fact } from '../../../../src/core/facts.ts';
import { openStatusPage, type StatusPage } from '../../../../src/plane/http/page.ts';
import { createSlots, type Slots } from '../../../../src/plane/metrics/slots.ts';
import { createRecent, type Recent } from '../../../../src/plane/recent.ts';
import type { StatusReader } from '../../../../src/plane/status.ts';
import type { Standing } from '../../../../src/plane/watchdog.ts';
import {
  BOARD_LENGTH,
  MASTER_FIELD,
  masterView,
  SERVICE_FIELD,
  type ServiceScalar,
  serviceView,
} from '../../../../src/thread/scoreboard.ts';

export interface MadeUpMaster {
  readonly page: StatusPage;
  readonly board: Float64Array;
  readonly slots: Slots;
  readonly recent: Recent;
  readonly failures: string[];
  standing: Standing;
  health: { status: number; body: string };
  take(slot: number, service: string, family?: string): void;
  set(slot: number, figures: Partial<Record<ServiceScalar, number>>): void;
}

export function madeUpMaster(status: StatusReader): MadeUpMaster {
  const board = new Float64Array(BOARD_LENGTH);
  masterView(board)[MASTER_FIELD.phase] = 1;
  const slots = createSlots();
  const recent = createRecent(100);
  const failures: string[] = [];
  const made = {
    board,
    slots,
    recent,
    failures,
    standing: { quietMs: 0, stage: 'poll' as const, stageMs: 10, stalled: false },
    health: { status: 200, body: 'ok\n' },
    take: (slot: number, service: string, family = 'ipv4') =>
      slots.learn({ kind: 'slot-taken', slot, service, family, owner: 'service' } as Fact),
    set: (slot: number, figures: Partial<Record<ServiceScalar, number>>) => {
      const view = serviceView(board, slot);
      for (const [name, value] of Object.entries(figures)) view[SERVICE_FIELD[name as ServiceScalar]] = value;
    },
  };
  const page = openStatusPage({
    ...{ version: '0.1.0', file: '/etc/preforkd/services.conf', slots, recent, status },
    board: { read: () => board },
    standing: () => made.standing,
    health: async () => made.health,
    failed: (reason) => void failures.push(reason),
  });
  return Object.assign(made, { page });
}
