/** A virsh that says what a test has it say, and remembers what it was asked. */
import type { Command } from '../../../../src/drivers/libvirt/virsh/quote.ts';
import type { Answer, Virsh } from '../../../../src/drivers/libvirt/virsh/virsh.ts';
import { writeFileSync } from 'node:fs';
import { recordedText } from './recorded.ts';

export interface Told {
  readonly stdout?: string;
  readonly stderr?: string;
  /** What it writes into the file that it is told to. */
  readonly file?: string | Uint8Array;
}

/** Answers by the command as a text; `undefined` for what a healthy host says. */
export type Says = (command: string) => Told | undefined;

export interface ToldVirsh extends Virsh {
  readonly asked: readonly string[];
}

export const VOLUME: string = 'demo-box.disk';

export const MARK: string = JSON.stringify({
  schema: 1,
  owner: 'me',
  project: 'demo',
  environment: 'local',
  address: 'volume.box.disk',
  checkout: null,
  created_revision: null,
  kept: {},
});

/** A host with one machine of ours that runs, and its two disks. */
function healthy(command: string): Told {
  if (command.startsWith('list --all --uuid')) return { stdout: 'de7dd469-076f-4f7a-8bf7-56859b903ee8\n' };
  if (command.startsWith('vol-list')) {
    const names = [VOLUME, `${VOLUME}.trueup`, 'demo-box.data', 'demo-box.data.trueup'];
    return { stdout: names.map((name) => ` ${name}   /pool/${name}\n`).join('') };
  }
  if (command.startsWith('domstate')) return { stdout: 'running (booted)\n' };
  if (command.startsWith('dumpxml --inactive')) return { stdout: recordedText('defined.xml') };
  if (command.startsWith('dumpxml')) return { stdout: recordedText('running.xml') };
  if (command.startsWith('vol-dumpxml')) return { stdout: recordedText('disk.xml') };
  if (command.startsWith('vol-download') && command.includes('.trueup')) return { file: MARK };
  return {};
}

export function toldVirsh(says: Says = () => undefined): ToldVirsh {
  const asked: string[] = [];
  return {
    engine: { name: 'host', uri: 'qemu:///system', pool: 'default', isLocal: true },
    asked,
    ask: (commands) => Promise.resolve(commands.map((command) => answerTo(command))),
  };

  function answerTo(command: Command): Answer {
    const text = command.join(' ');
    asked.push(text);
    const { stdout = '', stderr = '', file } = says(text) ?? healthy(text);
    if (file !== undefined && stderr === '') writeFileSync(command.at(4) ?? '', file);
    return { stdout, stderr };
  }
}
