// cyrus.conf: what is refused, with which exit code, and what is forgiven.

import type { Chapter, Scenario } from '../support/scenario.ts';
import { events, services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

/** A file with which the master does not start. */
function refused(tells: string, configuration: (stage: Stage) => string, code: number): Scenario {
  return {
    tells,
    configuration,
    play: async (stage) => {
      stage.start();
      return { code: await stage.end(), left: await stage.left() };
    },
    outcome: { code, left: 0 },
  };
}

/** A file with which it does, and somebody is served. */
function forgiven(tells: string, configuration: (stage: Stage) => string): Scenario {
  return {
    tells,
    configuration,
    play: async (stage) => {
      await stage.open('echo');
      return { visit: await stage.visit('echo') };
    },
    outcome: { visit: 'greeted' },
  };
}

export const CONFIGURATION: Chapter = {
  title: 'The configuration file',
  scenarios: [
    refused(
      'a program that does not exist is refused with 78',
      (stage) => services(`gone cmd="/nowhere/gone" listen="${stage.host}:${stage.port('gone')}"`),
      78,
    ),
    refused(
      'a service without listen= is refused with 78',
      (stage) => services(`deaf cmd="${stage.command()}"`),
      78,
    ),
    refused(
      'a service without cmd= is refused with 78',
      (stage) => services(`idle listen="${stage.host}:${stage.port('idle')}"`),
      78,
    ),
    refused(
      'two services of one name are refused with 78',
      (stage) => services(stage.service('echo'), stage.service('echo')),
      78,
    ),
    refused(
      'a name with a character that is none of a name is refused with 78',
      (stage) => services(stage.service('ec_ho')),
      78,
    ),
    {
      tells: 'an event at a time that is none is refused with 78',
      configuration: (stage) =>
        events(`late cmd="${stage.command(`kind=job note=${stage.path('diary')} word=late`)}" at=2560`),
      play: async (stage) => {
        stage.start();
        await stage.within(4_000, () => !stage.isRunning() || stage.notes('diary').length > 0);
        const running = stage.isRunning();
        return { code: running ? 'still there' : await stage.end(), ran: stage.notes('diary').length > 0 };
      },
      outcome: { code: 78, ran: false },
      differs: [
        {
          field: 'code',
          cyrus: 'still there',
          why: 'As newer Cyrus versions do. 3.6.1 takes no offence, and runs at its start what was meant for the night.',
        },
        { field: 'ran', cyrus: true, why: 'The same.' },
      ],
    },
    {
      tells: 'a file that is not there is refused with 78',
      configuration: () => '',
      play: async (stage) => {
        stage.forget();
        stage.start();
        return { code: await stage.end() };
      },
      outcome: { code: 78 },
    },
    forgiven(
      'a section that the end of the file closes is one',
      (stage) => `SERVICES {\n  ${stage.service('echo')}\n`,
    ),
    forgiven(
      'sections with other names are skipped',
      (stage) => `OTHER {\n  any thing="at all"\n}\n${services(stage.service('echo'))}`,
    ),
    forgiven('a number that is none falls back to its default', (stage) =>
      services(stage.service('echo', 'prefork=many')),
    ),
    forgiven('keys that nobody knows are ignored', (stage) =>
      services(stage.service('echo', 'colour=green')),
    ),
    forgiven(
      'a comment begins anywhere, and empty lines are none',
      (stage) => `# first\n\n${services('# none', `${stage.service('echo')} # the only one`)}\n# last`,
    ),
    forgiven('sections are found when only their first letter is large', (stage) =>
      services(stage.service('echo')).replace('SERVICES', 'Services'),
    ),
  ],
};
