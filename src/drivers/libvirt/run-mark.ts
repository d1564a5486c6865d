/** When we started a machine: written beside what runs, so that it goes with its process. libvirt itself tells no time. */
import type { Command } from './virsh/quote.ts';
import { element } from './xml/element.ts';
import { writeXml } from './xml/write.ts';

export const RUN_SPACE = 'https://trueup.dev/libvirt/1/run';

export function runMarkCommand(domain: string, at: Date): Command {
  const mark = writeXml(element('run', { at: at.toISOString() }));
  return ['metadata', domain, '--live', '--uri', RUN_SPACE, '--key', 'trueup-run', '--set', mark];
}
