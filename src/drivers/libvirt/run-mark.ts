/** When we started a machine: written beside what runs, so that it goes with its process. libvirt itself tells no time. */
import type { Command } from './virsh/quote.ts';
import { attributeOf, element, elementAt, elementsIn, type XmlElement } from './xml/element.ts';
import { writeXml } from './xml/write.ts';

const RUN_SPACE = 'https://trueup.dev/libvirt/1/run';

export interface RunMark {
  readonly at: string | null;
  /** Whether all that stands in its serial console is of this run. Else nobody can tell what is. */
  readonly hasOwnConsole: boolean;
}

/** What stands beside what runs; `null` where somebody else has started it. One that was suspended to disk has it still. */
export function runMarkOf(live: XmlElement | null): RunMark | null {
  const found = elementsIn(elementAt(live, 'metadata')).find((child) =>
    Object.values(child.attributes).includes(RUN_SPACE),
  );
  if (found === undefined) return null;
  return { at: attributeOf(found, 'at'), hasOwnConsole: attributeOf(found, 'console') !== OLDER };
}

const OLDER = 'older';

/** No line of a console is in it: whoever may look at processes, or at definitions, would read it there. */
export function runMarkCommand(domain: string, at: string, hasOwnConsole: boolean): Command {
  const mark = writeXml(element('run', { at, console: hasOwnConsole ? null : OLDER }, []));
  return ['metadata', domain, '--live', '--uri', RUN_SPACE, '--key', 'trueup-run', '--set', mark];
}
