// `preforkd top` in a real terminal (tmux) over a real master: it sorts, pauses, explains, survives the master, and gives
// the terminal back however it ends. And `preforkd events`, in a pipe as people use it.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { LEMMING, PREFORKD, type RunningMaster, startMaster, until } from './harness.ts';

const TMUX = spawnSync('tmux', ['-V']).status === 0;
const SKIP = TMUX ? false : 'tmux is not installed';

const BODY = `SERVICES {
  alpha cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1 maxchild=4
  omega cmd="${LEMMING}" listen="127.0.0.1:0" prefork=2 maxchild=1000
}`;

interface Pane {
  keys(...names: string[]): void;
  resize(columns: number, rows: number): void;
  text(): string;
  /** Waits until the pane looks like this. */
  shows(pattern: RegExp): Promise<string>;
}

/** A shell in a terminal of 80 x 24, on a tmux server of its own. */
async function openPane(t: TestContext): Promise<Pane> {
  // Not in the master's directory, which goes first: nobody could tell the server to end.
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-tmux-'));
  const socket = join(directory, 'socket');
  const tmux = (...words: string[]) => {
    const ran = spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' });
    return ran.stdout;
  };
  t.after(() => {
    tmux('kill-server');
    rmSync(directory, { recursive: true, force: true });
  });
  const shell = "env -u NO_COLOR LANG=C.UTF-8 PS1='shell> ' sh";
  tmux(
    'new-session',
    '-d',
    '-x',
    '80',
    '-y',
    '24',
    '-s',
    'top',
    shell,
    ';',
    'set-option',
    '-g',
    'status',
    'off',
  );
  const text = () => tmux('capture-pane', '-p', '-t', 'top');
  const pane: Pane = {
    keys: (...names) => void tmux('send-keys', '-t', 'top', ...names),
    resize: (columns, rows) => void tmux('resize-window', '-t', 'top', '-x', `${columns}`, '-y', `${rows}`),
    text,
    shows: async (pattern) => {
      await until(`the pane shows ${pattern}`, () => pattern.test(text()), text);
      return text();
    },
  };
  await pane.shows(/shell>/);
  return pane;
}

const pidfileOf = ({ directory }: RunningMaster) => join(directory, 'top.pid');

async function topOf(t: TestContext): Promise<{ master: RunningMaster; pane: Pane }> {
  const master = await startMaster(t, BODY);
  await master.settled('omega', { ready: 2, starting: 0 });
  const pane = await openPane(t);
  const top = `exec ${process.execPath} ${PREFORKD} top -d 0.2 --config ${master.file}`;
  const command = `sh -c 'echo $$ >${pidfileOf(master)}; ${top}'; echo exit $?`;
  pane.keys('-l', command);
  pane.keys('Enter');
  await pane.shows(/omega\/ipv4 +running/);
  return { master, pane };
}

describe('preforkd top', { skip: SKIP }, () => {
  test('sorts, selects, explains, and gives the terminal back', async (t) => {
    const { pane } = await topOf(t);
    await pane.shows(/all is well, no client waits/);
    await pane.shows(/^> alpha\/ipv4[\s\S]*omega\/ipv4/m);
    pane.keys('S');
    await pane.shows(/omega\/ipv4[\s\S]*^> alpha|^> omega\/ipv4[\s\S]*alpha\/ipv4/m);
    pane.keys('g', 'Enter');
    await pane.shows(/omega: no clients wait, 2 ready[\s\S]*WORKERS, longest in their state first/);
    pane.keys('Escape', '?');
    await pane.shows(/Up, Down, j, k +select a service/);
    pane.keys('q');
    const after = await pane.shows(/exit 0/);
    assert.match(after, /shell>/);
    assert.doesNotMatch(after, /all is well/);
  });

  test('pauses after it has asked, says why nobody is spawned, and resumes', async (t) => {
    const { master, pane } = await topOf(t);
    pane.keys('p');
    await pane.shows(/pause alpha\? y: yes/);
    pane.keys('n');
    await pane.shows(/nothing was done/);
    assert.equal((await master.service('alpha')).state, 'running');
    pane.keys('p', 'y');
    await pane.shows(/> alpha\/ipv4 +paused/);
    await pane.shows(/it is paused: "preforkd\s+resume alpha"/);
    await pane.shows(/LAST EVENTS[\s\S]*alpha\/ipv4 is paused/);
    pane.keys('r', 'y');
    await pane.shows(/alpha\/ipv4 +running/);
    pane.keys('C-c');
    await pane.shows(/exit 130/);
  });

  test('fits narrow terminals, and goes on when the master has gone', async (t) => {
    const { master, pane } = await topOf(t);
    pane.resize(40, 12);
    const narrow = await pane.shows(/> alpha\/ipv4 /);
    for (const line of narrow.split('\n')) assert.ok([...line].length <= 40, line);
    pane.resize(80, 24);
    await master.cli('stop', '--wait');
    await pane.shows(/! the master does not answer: nobody listens there/);
    pane.keys('q');
    await pane.shows(/exit 0/);
  });

  test('gives the terminal back when it is killed with SIGTERM', async (t) => {
    const { master, pane } = await topOf(t);
    process.kill(Number(readFileSync(pidfileOf(master), 'utf8')), 'SIGTERM');
    assert.doesNotMatch(await pane.shows(/exit 143/), /all is well/);
    pane.keys('-l', 'echo it lives');
    pane.keys('Enter');
    await pane.shows(/^it lives$/m);
  });
});

describe('preforkd top without a terminal', () => {
  test('prints one picture of plain text; without a master it ends with 69', async (t) => {
    const master = await startMaster(t, BODY);
    await master.settled('omega', { ready: 2, starting: 0 });
    const printed = await master.cli('top', '--delay', '0.2', '-n', '2');
    assert.equal(printed.code, 0);
    assert.equal(printed.stdout.match(/all is well/g)?.length, 2);
    assert.doesNotMatch(printed.stdout, /\p{Cc}(?<!\n)/u);
    await master.cli('stop', '--wait');
    const gone = await master.cli('top');
    assert.deepEqual([gone.code, gone.stdout], [69, '']);
    assert.match(gone.stderr, /nobody listens there/);
  });
});

describe('preforkd events', () => {
  test('follows until the master has stopped', async (t) => {
    const master = await startMaster(t, BODY);
    const child = spawn(process.execPath, [
      PREFORKD,
      'events',
      '-f',
      '--service',
      'alpha',
      '--config',
      master.file,
    ]);
    t.after(() => child.kill('SIGKILL'));
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await until('the past is told', () => out.includes('alpha/ipv4 listens on'));
    await master.cli('pause', 'alpha');
    await master.cli('pause', 'omega');
    await until('the pause is told', () => out.includes('alpha/ipv4 is paused'));
    await master.cli('stop', '--wait');
    assert.equal(await ended, 0);
    assert.match(err, /the master has stopped/);
    assert.doesNotMatch(out, /omega/);
  });

  test('ends quietly when nobody reads any more', async (t) => {
    const master = await startMaster(t, BODY);
    const words = `${process.execPath} ${PREFORKD} events --follow --config ${master.file}`;
    const piped = spawn('bash', ['-c', `${words} | head -1; echo "\${PIPESTATUS[0]}"`]);
    t.after(() => piped.kill('SIGKILL'));
    let out = '';
    piped.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    piped.stderr.setEncoding('utf8').on('data', (text) => (out += text));
    const ended = new Promise((resolve) => piped.on('exit', resolve));
    await until('the first line', () => out.includes('\n'));
    const nudge = setInterval(() => void master.cli('pause', 'alpha'), 200);
    await ended;
    clearInterval(nudge);
    assert.match(out, /^[^\n]+\n141\n$/);
  });

  test('ends by SIGINT on Ctrl-C, which a shell calls 130', async (t) => {
    const master = await startMaster(t, BODY);
    const child = spawn(process.execPath, [PREFORKD, 'events', '--follow', '--config', master.file]);
    t.after(() => child.kill('SIGKILL'));
    const ended = new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 'SIGINT');
  });

  test('of a service that does not exist: what was meant, exit code 1', async (t) => {
    const master = await startMaster(t, BODY);
    const wrong = await master.cli('events', '--service', 'alhpa');
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /did you mean "alpha"\?/);
  });
});
