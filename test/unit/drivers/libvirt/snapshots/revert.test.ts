import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { machineAt } from '../../../../../src/drivers/libvirt/actuate/machine-at.ts';
import { linesOfThisStart } from '../../../../../src/drivers/libvirt/observe/lines-of-start.ts';
import { revert } from '../../../../../src/drivers/libvirt/snapshots/revert.ts';
import type { SnapshotRecord } from '../../../../../src/drivers/libvirt/snapshots/record.ts';
import { recordedText } from '../recorded.ts';
import { changing, type TestChanging } from '../changing.ts';

const RUN = /<trueup-run:run[^>]*\/>/;

interface Host {
  readonly changing: TestChanging;
  /** What stands in the file of the console. */
  console(): string;
  /** What the machine that runs has said, as far as anybody can tell. */
  lines(): Promise<readonly string[] | null>;
}

/** A host with a console that holds what a later run has said, as libvirt keeps it. */
function hostOf(state: string, refusal = ''): Host {
  let console = 'booted\nREADY of the run that is thrown away\n';
  let mark = '<trueup-run:run xmlns:trueup-run="https://trueup.dev/libvirt/1/run" at="2026-01-01T00:00:00.000Z"/>';
  const tried = changing(
    (command) => {
      const words = command.split(' ');
      if (command.startsWith('domstate')) return { stdout: state };
      if (command.startsWith('dumpxml demo')) return { stdout: recordedText('running.xml').replace(RUN, mark) };
      if (command.startsWith('pool-dumpxml')) return { stdout: "<pool type='dir'/>" };
      if (command.startsWith('vol-download') && words[3] === 'demo-box.console') return { file: console };
      if (command.startsWith('vol-delete') && words[3] === 'demo-box.console') console = '';
      if (command.startsWith('vol-upload') && words[3] === 'demo-box.console')
        console = readFileSync(words[4] ?? '', 'utf8');
      if (command.startsWith('snapshot-revert')) return { stderr: refusal };
      if (command.startsWith('metadata'))
        mark = command.slice(command.indexOf('<run')).replace('<run', '<run xmlns="https://trueup.dev/libvirt/1/run"');
      return undefined;
    },
    { poolPath: '/nowhere' },
  );
  return {
    changing: tried,
    console: () => console,
    lines: () => linesOfThisStart(tried.virsh, 'demo-box', tried.context.signal),
  };
}

async function reverted(host: Host, said: string | null, state: SnapshotRecord['state'] = 'running'): Promise<void> {
  const machine = await machineAt(host.changing, 'demo-box');
  if (machine === null) throw new Error('it is there');
  await revert(host.changing, machine, { id: 'id-1', snapshot: null, state, xml: '', said });
}

describe('the console of a machine that a snapshot has brought back', () => {
  it('holds what it had said by then, however much that is, and nothing of what was thrown away', async () => {
    const host = hostOf('running (booted)');
    const said = `READY\n${'and so on\n'.repeat(10_000)}login: `;

    await reverted(host, said);

    expect(host.console()).toBe(said);
    expect(await host.lines()).toEqual(said.split('\n'));
  });

  it('is written nowhere but into its file', async () => {
    const host = hostOf('running (booted)');

    await reverted(host, 'hunter2');

    const told = host.changing.virsh.asked.join('\n');
    expect(told).not.toContain('hunter2');
    expect(told).not.toContain(Buffer.from('hunter2').toString('base64'));
  });

  it('is in place before it goes on', async () => {
    const host = hostOf('shut off (shutdown)');

    await reverted(host, 'READY\n');

    const { asked } = host.changing.virsh;
    const at = (word: string): number => asked.findIndex((command) => command.startsWith(word));
    expect(at('vol-upload')).toBeGreaterThan(-1);
    expect(at('vol-upload')).toBeLessThan(at('snapshot-revert'));
  });

  it('is of nobody where nobody could tell by then', async () => {
    const host = hostOf('running (booted)');

    await reverted(host, null);

    expect(await host.lines()).toBeNull();
  });

  it('is left alone by one that is off in it', async () => {
    const host = hostOf('running (booted)');
    const before = host.console();

    await reverted(host, null, 'shutoff');

    expect(host.console()).toBe(before);
  });
});

describe('a revert that libvirt refuses', () => {
  it('leaves what runs with a console of which nobody can tell', async () => {
    const host = hostOf('running (booted)', 'cannot acquire state change lock');

    await expect(reverted(host, 'READY\n')).rejects.toThrow('snapshot-revert: cannot acquire');

    expect(await host.lines()).toBeNull();
  });

  it('gives what is suspended to disk its console back', async () => {
    const host = hostOf('shut off (saved)', 'Cannot allocate memory');
    const before = host.console();

    await expect(reverted(host, 'READY\n')).rejects.toThrow('Cannot allocate memory');

    expect(host.console()).toBe(before);
  });
});
