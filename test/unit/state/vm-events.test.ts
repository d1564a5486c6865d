import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrueupError } from '../../../src/model/failure.ts';
import type { VmEvent } from '../../../src/model/vm-event.ts';
import { type StateFolder, stateFolder } from '../../../src/state/folder.ts';
import { appendVmEvents, readVmEvents } from '../../../src/state/vm-events.ts';
import { currentVmEventPath, vmEventFolder } from '../../../src/state/vm-files.ts';
import { scratchFolder } from './scratch.ts';

const NOW = Date.parse('2026-01-31T10:00:00.000Z');
const DAY = 24 * 3_600_000;

function event(id: string, at: number = NOW): VmEvent {
  return {
    id,
    vmId: 'local/vm.builder',
    eventType: 'StatusChanged',
    message: 'builder went from Stopped to Starting',
    details: { from: 'Stopped', to: 'Starting' },
    timestamp: new Date(at).toISOString(),
    severity: 'Info',
  };
}

async function idsIn(state: StateFolder, now: number = NOW): Promise<readonly string[]> {
  const problems: TrueupError[] = [];
  const ids: string[] = [];
  const reading = { now, onProblem: (problem: TrueupError) => void problems.push(problem) };
  for await (const { id } of readVmEvents(state, 'local', reading)) ids.push(id);
  return [...ids, ...problems.map(({ code }) => code)];
}

function scratch(): StateFolder {
  return stateFolder(scratchFolder());
}

describe('events of VMs', () => {
  it('are read in the order in which they were written', async () => {
    const state = scratch();

    await appendVmEvents(state, 'local', [event('1'), event('2')], { now: NOW });
    await appendVmEvents(state, 'local', [event('3')], { now: NOW });

    expect(await idsIn(state)).toEqual(['1', '2', '3']);
    expect((await stat(currentVmEventPath(state, 'local'))).mode & 0o777).toBe(0o600);
  });

  it('are none where nothing happened, and nothing is made for that', async () => {
    const state = scratch();

    await appendVmEvents(state, 'local', [], { now: NOW });

    expect(await idsIn(state)).toEqual([]);
    await expect(readdir(state.path)).rejects.toThrow('ENOENT');
  });

  it('outlive a line that was cut off', async () => {
    const state = scratch();
    await appendVmEvents(state, 'local', [event('1')], { now: NOW });
    await appendFile(currentVmEventPath(state, 'local'), '{"id":"ha');

    await appendVmEvents(state, 'local', [event('2')], { now: NOW });

    expect(await idsIn(state)).toEqual(['1', '2']);
  });

  it('go on in another file where one is full, and are read from both', async () => {
    const state = scratch();
    await appendVmEvents(state, 'local', [event('1')], { now: NOW });

    await appendVmEvents(state, 'local', [event('2')], { now: NOW + 1, rotateBytes: 100 });

    expect(await idsIn(state, NOW + 1)).toEqual(['1', '2']);
    expect((await readdir(vmEventFolder(state, 'local'))).toSorted()).toEqual([
      '20260131T100000001Z.ndjson.gz',
      'current.ndjson',
    ]);
  });

  it('are kept for 30 days', async () => {
    const state = scratch();
    await appendVmEvents(state, 'local', [event('1')], { now: NOW });
    const later = NOW + 8 * DAY;
    await appendVmEvents(state, 'local', [event('2', later)], { now: later });

    expect(await idsIn(state, NOW + 29 * DAY)).toEqual(['1', '2']);
    expect(await idsIn(state, NOW + 31 * DAY)).toEqual(['2']);
    const muchLater = NOW + 40 * DAY;
    await appendVmEvents(state, 'local', [event('3', muchLater)], { now: muchLater });
    expect(await readdir(vmEventFolder(state, 'local'))).toHaveLength(2);
  });

  it('are not written over where a newer trueup wrote them', async () => {
    const state = scratch();
    await appendVmEvents(state, 'local', [event('1')], { now: NOW });
    const path = currentVmEventPath(state, 'local');
    await writeFile(path, '{"format_version":"2.0"}\n');

    await expect(appendVmEvents(state, 'local', [event('2')], { now: NOW })).rejects.toMatchObject({
      code: 'state_too_new',
    });
    expect(await readFile(path, 'utf8')).toBe('{"format_version":"2.0"}\n');
    expect(await idsIn(state)).toEqual(['state_too_new']);
  });

  it('begin anew beside what is no file of theirs', async () => {
    const state = scratch();
    await appendVmEvents(state, 'local', [event('1')], { now: NOW });
    const path = currentVmEventPath(state, 'local');
    await writeFile(path, 'garbage\n');

    await appendVmEvents(state, 'local', [event('2')], { now: NOW });

    expect(await idsIn(state)).toEqual(['2']);
    expect((await readdir(dirname(path))).length).toBe(2);
  });
});
