// Workers that die before they served anybody: five such deaths disable a service until SIGHUP, a babysat one and a
// daemon are tried again every ten seconds. What is no failure: exit 0, exit 75.

import { rmSync, writeFileSync } from 'node:fs';
import type { Chapter } from '../support/scenario.ts';
import { daemons, services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

const began = (stage: Stage, file = 'begun') =>
  stage.notes(file).filter((line) => line.endsWith('began')).length;

/** A worker that notes that it begins, and ends with `code` while the file `broken` is there. */
function sick(stage: Stage): string {
  writeFileSync(stage.path('broken'), '');
  return `exitif=${stage.path('broken')} note=${stage.path('begun')} word=sick`;
}

const TRIED_AGAIN =
  'As Cyrus does from 3.12 on: with babysit, and for every daemon, five failures mean ten seconds of rest. 3.6.1 gives up until somebody sends SIGHUP.';

export const FAILURES: Chapter = {
  title: 'Failures',
  scenarios: [
    {
      tells: 'five workers that die at their start disable the service, and clients are refused',
      configuration: (stage) => services(stage.service('sick', 'prefork=1', sick(stage))),
      play: async (stage) => {
        stage.start();
        await stage.until('five deaths', () => began(stage) >= 5);
        await stage.within(3_000, () => !stage.isListening('sick'));
        await stage.pause(1_500);
        return { starts: began(stage), visit: await stage.visit('sick'), running: stage.isRunning() };
      },
      outcome: { starts: 5, visit: 'refused', running: true },
    },
    {
      tells: 'a disabled service serves again after SIGHUP, once what made it fail is mended',
      configuration: (stage) => services(stage.service('sick', 'prefork=1', sick(stage))),
      play: async (stage) => {
        stage.start();
        await stage.until('five deaths', () => began(stage) >= 5);
        await stage.pause(700);
        rmSync(stage.path('broken'));
        stage.signal('SIGHUP');
        await stage.up('sick');
        return { visit: await stage.visit('sick'), workers: await stage.count('sick', 2) };
      },
      outcome: { visit: 'greeted', workers: 2 },
    },
    {
      tells: 'a service that fails leaves the other ones alone',
      configuration: (stage) =>
        services(stage.service('sick', 'prefork=1', sick(stage)), stage.service('well', 'prefork=1')),
      play: async (stage) => {
        await stage.open('well');
        await stage.until('five deaths', () => began(stage) >= 5);
        await stage.pause(500);
        return { well: await stage.visit('well'), workers: await stage.count('well', 2) };
      },
      outcome: { well: 'greeted', workers: 2 },
    },
    {
      tells: 'on demand, five deaths disable the service as well',
      configuration: (stage) => services(stage.service('sick', '', sick(stage))),
      play: async (stage) => {
        await stage.open('sick');
        // Its connection may be cut before the connect has been told of it.
        const guest = await stage.connect('sick').catch(() => undefined);
        await stage.until('five deaths', () => began(stage) >= 5);
        await stage.within(3_000, () => !stage.isListening('sick'));
        await stage.pause(1_000);
        return {
          starts: began(stage),
          'the client is cut': guest?.isCut() ?? true,
          visit: await stage.visit('sick'),
        };
      },
      outcome: { starts: 5, 'the client is cut': true, visit: 'refused' },
    },
    {
      tells: 'a babysat service that fails is tried again after ten seconds',
      configuration: (stage) => services(stage.service('sick', 'babysit=yes', sick(stage))),
      play: async (stage) => {
        stage.start();
        await stage.until('five deaths', () => began(stage) >= 5);
        await stage.pause(7_000);
        const meanwhile = began(stage) - 5;
        rmSync(stage.path('broken'));
        await stage.within(6_000, () => began(stage) > 5);
        return { meanwhile, visit: await stage.visit('sick') };
      },
      outcome: { meanwhile: 0, visit: 'greeted' },
      differs: [{ field: 'visit', cyrus: 'refused', why: TRIED_AGAIN }],
    },
    {
      tells: 'a daemon that dies is started again, and after five deaths every ten seconds',
      configuration: (stage) => daemons(`idle cmd="${stage.command(`kind=daemon ${sick(stage)}`)}"`),
      play: async (stage) => {
        stage.start();
        await stage.until('five deaths', () => began(stage) >= 5);
        await stage.pause(7_000);
        const meanwhile = began(stage) - 5;
        rmSync(stage.path('broken'));
        await stage.within(6_000, () => began(stage) > 5);
        return { meanwhile, daemons: stage.workers('idle').length };
      },
      outcome: { meanwhile: 0, daemons: 1 },
      differs: [{ field: 'daemons', cyrus: 0, why: TRIED_AGAIN }],
    },
    {
      tells: 'a worker that is missing after the start is a failure that disables, and the master goes on',
      configuration: (stage) => {
        writeFileSync(stage.path('program'), '#!/bin/sh\n', { mode: 0o755 });
        return services(
          `gone cmd="${stage.path('program')}" listen="${stage.host}:${stage.port('gone')}"`,
          stage.service('well'),
        );
      },
      play: async (stage) => {
        await stage.open('gone', 'well');
        rmSync(stage.path('program'));
        // It may be cut before it is a client.
        await stage.visit('gone');
        await stage.within(4_000, () => !stage.isListening('gone'));
        return { gone: await stage.visit('gone'), well: await stage.visit('well') };
      },
      outcome: { gone: 'refused', well: 'greeted' },
    },
    {
      tells: 'workers that end with 75 at once are no failures',
      configuration: (stage) =>
        services(stage.service('tired', 'prefork=1', `exit=75 note=${stage.path('begun')} word=tired`)),
      play: async (stage) => {
        await stage.open('tired');
        await stage.until('seven starts', () => began(stage) >= 7);
        return { 'still enabled': stage.isListening('tired') };
      },
      outcome: { 'still enabled': true },
    },
    {
      tells: 'workers that end with 0 at once are no failures',
      configuration: (stage) =>
        services(stage.service('brief', 'prefork=1', `exit=0 note=${stage.path('begun')} word=brief`)),
      play: async (stage) => {
        await stage.open('brief');
        await stage.until('seven starts', () => began(stage) >= 7);
        return { 'still enabled': stage.isListening('brief') };
      },
      outcome: { 'still enabled': true },
    },
  ],
};
