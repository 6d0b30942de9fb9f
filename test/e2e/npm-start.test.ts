// What a newcomer gets: the shipped services.conf, run as `npm start` runs it, in a copy of the package's layout with
// ports of its own. Everything that the banner offers works when it is pasted.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, ROOT, run, until } from './harness.ts';
import { freePort, processesIn } from './support.ts';

interface Started {
  readonly directory: string;
  readonly process: ChildProcess;
  readonly ports: { readonly imap: number; readonly http: number; readonly fortune: number };
  output: string;
  exit: { code: number | null; signal: string | null } | undefined;
}

/** What `npm install` leaves; the libraries themselves are shared. */
function layOut(directory: string): void {
  for (const part of ['dist', 'examples', 'package.json'])
    cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
}

async function start(): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-start-'));
  layOut(directory);
  const ports = { imap: await freePort(), http: await freePort(), fortune: await freePort() };
  const shipped = readFileSync(join(ROOT, 'services.conf'), 'utf8');
  const own = shipped
    .replace(':1143"', `:${ports.imap}"`)
    .replace(':9464"', `:${ports.http}"`)
    .replace(':1179"', `:${ports.fortune}"`)
    .replace('format=auto', 'format=pretty');
  writeFileSync(join(directory, 'services.conf'), own);
  // What the script "start" of package.json says, and --banner because no terminal is here.
  const words = ['dist/src/main.js', 'run', 'services.conf', '--banner'];
  const child = spawn(process.execPath, words, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  const started: Started = { directory, process: child, ports, output: '', exit: undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      started.output += text;
    });
  }
  child.on('exit', (code, signal) => {
    started.exit = { code, signal };
  });
  return started;
}

const says = (started: Started, what: RegExp) =>
  until(
    `${what}`,
    () => what.exec(started.output),
    () => started.output,
  );

describe('npm start', () => {
  let sample: Started;

  before(async () => {
    sample = await start();
  });
  after(async () => {
    if (!sample.exit) sample.process.kill('SIGTERM');
    await until('the end', () => sample.exit);
    rmSync(sample.directory, { recursive: true, force: true });
  });

  test('the script is what is tried here', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    assert.match(scripts.start ?? '', /node dist\/src\/main\.js run services\.conf$/);
  });

  test('says where everything is', async () => {
    await says(sample, /Ctrl-C/);
    for (const what of [
      `127.0.0.1:${sample.ports.imap}`,
      'echo.sock',
      `127.0.0.1:${sample.ports.http}/metrics`,
    ])
      assert.ok(sample.output.includes(what), `${what} in\n${sample.output}`);
  });

  test('every line that it offers works when pasted', async () => {
    await says(sample, /Ctrl-C/);
    const offered = sample.output.slice(sample.output.indexOf('Try next')).split('\n').slice(1);
    const lines = offered
      .slice(
        0,
        offered.findIndex((line) => line.startsWith('Ctrl-C')),
      )
      .map((line) => line.trim());
    const commands = lines.filter((line) => line !== '');
    assert.ok(commands.length >= 3, sample.output);
    for (const line of commands) {
      // npx would ask the registry whether it may; what it then runs is this.
      const command = line
        .replace(/\bnpx preforkd\b/, `${process.execPath} dist/src/main.js`)
        .replace(/#.*$/, '');
      const { code, stdout, stderr } = await run(
        '/bin/bash',
        ['-c', `timeout 20 ${command}`],
        sample.directory,
      );
      assert.equal(code, 0, `${line}\n${stdout}${stderr}`);
      assert.notEqual(stdout, '', line);
    }
  });

  test('imap greets and lets demo in, echo echoes, fortune answers', async () => {
    await says(sample, /Ctrl-C/);
    const imap = await Client.connect({ host: '127.0.0.1', port: sample.ports.imap });
    assert.match(await imap.line(), /^\* OK /);
    assert.match(await imap.ask('a LOGIN demo demo'), /^(a OK|\* CAPABILITY)/);
    imap.socket.destroy();
    const echo = await Client.connect({ path: join(sample.directory, '.preforkd/echo.sock') });
    assert.match(await echo.line(), /^echo:/);
    assert.equal(await echo.ask('hello'), 'hello');
    await echo.end();
    const fortune = await Client.connect({ host: '127.0.0.1', port: sample.ports.fortune });
    assert.ok((await fortune.line()).length > 0);
    fortune.socket.destroy();
  });

  test('the event has run, the daemon is up, nothing complains', async () => {
    await says(sample, /report/);
    const url = `http://127.0.0.1:${sample.ports.http}`;
    await until('the event to have run', async () => {
      const { events } = (await (await fetch(`${url}/api/status`)).json()) as {
        events: { runs: number; failures: number }[];
      };
      return events.every(({ runs, failures }) => runs >= 1 && failures === 0);
    });
    const status = (await (await fetch(`${url}/api/status`)).json()) as {
      services: { name: string; kind: string; active: number }[];
    };
    assert.equal(status.services.find(({ kind }) => kind === 'daemon')?.active, 1);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.doesNotMatch(sample.output, /\b(WARN|ERROR|FATAL)\b/i);
  });

  test('Ctrl-C drains and ends with exit 0; nothing is left', async () => {
    await says(sample, /Ctrl-C/);
    const echo = await Client.connect({ path: join(sample.directory, '.preforkd/echo.sock') });
    await echo.line();
    sample.process.kill('SIGINT');
    await echo.gone();
    assert.equal(echo.error, undefined);
    await until(
      'the end',
      () => sample.exit,
      () => sample.output,
    );
    assert.deepEqual(sample.exit, { code: 0, signal: null }, sample.output);
    await until('nobody', () => processesIn(sample.directory).length === 0);
  });
});
