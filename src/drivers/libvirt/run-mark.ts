/** When we started a machine: written beside what runs, so that it goes with its process. libvirt itself tells no time. */
import type { Command } from './virsh/quote.ts';
import { attributeOf, element, elementAt, elementsIn, type XmlElement } from './xml/element.ts';
import { writeXml } from './xml/write.ts';

const RUN_SPACE = 'https://trueup.dev/libvirt/1/run';

export interface RunMark {
  readonly at: string | null;
  /** Whether its serial console was emptied before it was started: what stands in it is of this start. */
  readonly ownConsole: boolean;
}

/** What stands beside what runs; `null` where somebody else has started it. One that was suspended to disk has it still. */
export function runMarkOf(live: XmlElement | null): RunMark | null {
  const found = elementsIn(elementAt(live, 'metadata')).find((child) =>
    Object.values(child.attributes).includes(RUN_SPACE),
  );
  if (found === undefined) return null;
  return { at: attributeOf(found, 'at'), ownConsole: attributeOf(found, 'console') !== OLDER };
}

const OLDER = 'older';

export function runMarkCommand(domain: string, at: Date, ownConsole: boolean): Command {
  const mark = writeXml(element('run', { at: at.toISOString(), console: ownConsole ? null : OLDER }));
  return ['metadata', domain, '--live', '--uri', RUN_SPACE, '--key', 'trueup-run', '--set', mark];
}
