/** When we started a machine: written beside what runs, so that it goes with its process. libvirt itself tells no time. */
import type { Command } from './virsh/quote.ts';
import { attributeOf, element, elementAt, elementsIn, textOf, type XmlElement } from './xml/element.ts';
import { writeXml } from './xml/write.ts';

const RUN_SPACE = 'https://trueup.dev/libvirt/1/run';

export interface RunMark {
  readonly at: string | null;
  readonly said: Said;
}

/**
 * What this run has written before what stands in its serial console: nothing where that was emptied before it was started, the
 * last lines where it was brought back from a snapshot. `null`: nobody can tell which lines of the console are of this run.
 */
export type Said = readonly string[] | null;

/** What stands beside what runs; `null` where somebody else has started it. One that was suspended to disk has it still. */
export function runMarkOf(live: XmlElement | null): RunMark | null {
  const found = elementsIn(elementAt(live, 'metadata')).find((child) =>
    Object.values(child.attributes).includes(RUN_SPACE),
  );
  if (found === undefined) return null;
  const text = Buffer.from(textOf(found) ?? '', 'base64').toString();
  const lines = text === '' ? [] : text.split('\n');
  return { at: attributeOf(found, 'at'), said: attributeOf(found, 'console') === OLDER ? null : lines };
}

const OLDER = 'older';

export function runMarkCommand(domain: string, at: Date, said: Said): Command {
  // Whatever a guest has written, XML takes it so.
  const text = Buffer.from((said ?? []).join('\n')).toString('base64');
  const mark = writeXml(element('run', { at: at.toISOString(), console: said === null ? OLDER : null }, [text]));
  return ['metadata', domain, '--live', '--uri', RUN_SPACE, '--key', 'trueup-run', '--set', mark];
}

/** It stands in the definition of what runs, which is asked for often. */
const LONGEST_TAIL = 8192;

/** The last of some lines: as many as a mark takes. */
export function tailOf(lines: readonly string[]): readonly string[] {
  let room = LONGEST_TAIL;
  const first = lines.findLastIndex((line) => {
    room -= Buffer.byteLength(line) + 1;
    return room < 0;
  });
  return lines.slice(first + 1);
}
