import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openReader, openWriter } from '../../../../../src/drivers/docker/api/client.ts';
import { resolveEndpoint } from '../../../../../src/drivers/docker/connection/resolve.ts';
import { eventually } from '../../../../support/eventually.ts';
import { containing } from '../../../../support/matching.ts';
import { scratchFolder } from '../../../state/scratch.ts';
import { byPath, fakeEngine, json, never, silence } from '../api/fake-engine.ts';

/** Both directions between its own input and output and the socket, as `docker system dial-stdio` does it. */
const RELAY = `
const { connect } = require('node:net');
const socket = connect(process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', (error) => { console.error(String(error)); process.exit(1); });
`;

interface FakeSsh {
  /** The words of each call. */
  calls(): readonly string[];
  /** The processes that ran, dead or alive. */
  pids(): readonly number[];
}

/** A program called ssh, first on the PATH, that does what the lines say. `$relay SOCKET` carries the bytes. */
function fakeSsh(...lines: readonly string[]): FakeSsh {
  const folder = scratchFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(folder, 'relay.cjs'), RELAY);
  writeFileSync(join(folder, 'calls'), '');
  const script = [
    '#!/bin/sh',
    `for word in "$@"; do printf '%s|' "$word"; done >>'${folder}/calls'; echo " $$" >>'${folder}/calls'`,
    `relay="exec ${process.execPath} ${folder}/relay.cjs"`,
    ...lines,
  ];
  writeFileSync(join(bin, 'ssh'), `${script.join('\n')}\n`);
  chmodSync(join(bin, 'ssh'), 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${bin}${delimiter}${before ?? ''}`;
  onTestFinished(() => {
    process.env['PATH'] = before;
  });
  const read = (): readonly string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  return {
    calls: () => read().map((line) => line.replace(/\| \d+$/, '')),
    pids: () => read().map((line) => Number(/\d+$/.exec(line)?.[0])),
  };
}

function endpointAt(host: string): ReturnType<typeof resolveEndpoint> {
  return resolveEndpoint({ name: 'docker', driver: 'docker', settings: { host } }, {});
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('an engine behind ssh', () => {
  it('is spoken to through the ssh program, which never asks, and which ends with the client', async () => {
    const engine = await fakeEngine(byPath({ '/containers/json': json([]), '/volumes/data': json(null, 204) }));
    const ssh = fakeSsh(`$relay ${engine.endpoint.path}`);
    const writer = openWriter(endpointAt('ssh://me@build.example:2222'));

    expect(await writer.containers(never)).toEqual([]);
    await writer.removeVolume('data', never);
    await writer.close();

    // Each connection is a login, so that all of these went over one.
    expect(ssh.calls()).toEqual([
      '-T|-oBatchMode=yes|-oServerAliveInterval=15|-oConnectTimeout=8|-l|me|-p|2222|--|build.example|docker system dial-stdio',
    ]);
    expect(engine.requests).toHaveLength(3);
    await eventually(() => !ssh.pids().some(isAlive), 'the end of ssh');
  });

  it('may listen at a socket of its own, whatever that is called', async () => {
    const engine = await fakeEngine(json([]));
    const ssh = fakeSsh(`$relay ${engine.endpoint.path}`);
    const reader = openReader(endpointAt("ssh://build.example/run/it's/docker.sock"));

    await reader.containers(never);
    await reader.close();

    expect(ssh.calls()[0]).toContain(String.raw`docker --host 'unix:///run/it'\''s/docker.sock' system dial-stdio`);
  });

  it('tells its events over a connection of their own', async () => {
    const engine = await fakeEngine((request, response) => {
      response.writeHead(200);
      if (request.url?.includes('/events') === true) response.write('{"Action":"die"}\n');
      else response.end('[]');
    });
    const ssh = fakeSsh(`$relay ${engine.endpoint.path}`);
    const reader = openReader(endpointAt('ssh://build.example'));
    await reader.containers(never);

    for await (const { Action } of await reader.events({}, null, never)) {
      expect(Action).toBe('die');
      break;
    }

    expect(ssh.calls()).toHaveLength(2);
    await eventually(() => ssh.pids().filter(isAlive).length === 1, 'the end of the events');
    await reader.close();
    await eventually(() => !ssh.pids().some(isAlive), 'the end of ssh');
  });

  it('that cannot be reached says so in the words of ssh', async () => {
    fakeSsh('echo "me@build.example: Permission denied (publickey)." >&2', 'exit 255');
    const reader = openReader(endpointAt('ssh://me@build.example'));

    await expect(reader.containers(never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      retryable: true,
      message: containing('ssh: me@build.example: Permission denied (publickey).'),
      next: containing('ssh me@build.example docker version'),
      fields: { exit_code: 255 },
    });
    await reader.close();
  });

  it('that hangs is given up in time, and its ssh is ended', async () => {
    const ssh = fakeSsh('exec sleep 1000');
    const reader = openReader(endpointAt('ssh://build.example'), { deadlines: { connect: 300 } });

    await expect(reader.containers(never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: containing('did not answer within 0.3 s'),
    });

    await eventually(() => !ssh.pids().some(isAlive), 'the end of ssh');
    await reader.close();
  });

  it('that goes away in the middle of an answer is told', async () => {
    const engine = await fakeEngine(silence);
    const ssh = fakeSsh(`$relay ${engine.endpoint.path}`);
    const reader = openReader(endpointAt('ssh://build.example'));
    const call = reader.containers(never);
    await eventually(() => engine.requests.length === 2, 'the request');

    for (const pid of ssh.pids()) process.kill(pid);

    await expect(call).rejects.toMatchObject({ code: 'engine_unreachable' });
    await reader.close();
  });

  it('needs an ssh program', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = scratchFolder();
    onTestFinished(() => {
      process.env['PATH'] = before;
    });
    const reader = openReader(endpointAt('ssh://build.example'));

    await expect(reader.containers(never)).rejects.toMatchObject({
      code: 'engine_unreachable',
      message: containing('no ssh program'),
    });
    await reader.close();
  });
});
