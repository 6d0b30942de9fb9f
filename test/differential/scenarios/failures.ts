// Workers that die before they served anybody: five such deaths disable a service until SIGHUP, a babysat one and a
// daemon are tried again every ten seconds. What is no failure: exit 0, exit 75.

import { writeFileSync } from 'node:fs';
import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

const began = (stage: Stage, file = 'begun') =>
  stage.notes(file).filter((line) => line.endsWith('began')).length;

/** A worker that notes that it begins, and ends with `code` while the file `broken` is there. */
function _sick(stage: Stage): string {
  writeFileSync(stage.path('broken'), '');
  return `exitif=${stage.path('broken')} note=${stage.path('begun')} word=sick`;
}

export const FAILURES: Chapter = {
  title: 'Failures',
  scenarios: [
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
