// `preforkd storm`: loads the load generator from bench/storm, gives it the terminal, Ctrl-C, and the way in which
// every verb finds a master.

import type { StormCall } from '../../bench/storm/index.ts';
import type { AskStatus } from '../../bench/storm/watch/find-master.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { err, ok } from '../lib/result.ts';
import type { Status } from '../plane/status.ts';
import { requestOf } from './ask-master.ts';
import type { Output } from './output.ts';
import { metricsAccess } from './storm-access.ts';
import { ownVersion } from './version.ts';

const ENDING = ['SIGINT', 'SIGTERM'] as const;

export async function runStorm(call: Omit<StormCall, 'version'>, output: Output): Promise<number> {
  const { storm } = await import('../../bench/storm/index.ts');
  const controller = new AbortController();
  const abort = () => controller.abort();
  // Once: who presses Ctrl-C a second time wants us gone without a word.
  for (const signal of ENDING) process.once(signal, abort);
  try {
    return await storm(
      { ...call, version: ownVersion() },
      {
        output,
        progressColumns: process.stderr.isTTY ? process.stderr.columns : undefined,
        abort: controller.signal,
        askStatus,
      },
    );
  } finally {
    for (const signal of ENDING) process.off(signal, abort);
  }
}

const askStatus: AskStatus = async (where) => {
  const asked = await requestOf({ verb: 'status' }, where);
  if (!asked.ok) return asked;
  const { answer, located } = asked.value;
  if (!answer.ok) return err({ exitCode: EXIT.failure, text: answer.error });
  const status = answer.data as Status;
  return ok({ socket: located.path, status, access: await metricsAccess(status.master.file) });
};
