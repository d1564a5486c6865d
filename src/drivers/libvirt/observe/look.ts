/**
 * One look at a host, in two processes however many machines there are: first what there is, then each thing of it. A look at
 * certain objects is one process.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectReference } from '../../scope.ts';
import { type OwnerMark, parseOwnerMark } from '../../owner-mark.ts';
import { markedVolume, markVolume } from '../names.ts';
import { isMissing } from '../virsh/failures.ts';
import { withFolder } from '../virsh/files.ts';
import type { Command } from '../virsh/quote.ts';
import type { Answer, Virsh } from '../virsh/virsh.ts';
import { readVolume, type VolumeSight } from '../volumes/describe.ts';
import { textAt, type XmlElement } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { type DomainState, stateOf } from './domain-state.ts';

export interface DomainSight {
  readonly name: string;
  readonly uuid: string;
  readonly state: DomainState;
  readonly inactive: XmlElement;
  /** What runs; `null` where nothing does. */
  readonly live: XmlElement | null;
  readonly autostart: boolean;
  /** False for what was undefined while it ran: it goes as soon as it stops. */
  readonly persistent: boolean;
}

export interface DiskSight {
  readonly volume: VolumeSight;
  /** `null` where nobody marked it as trueup's. */
  readonly mark: OwnerMark | null;
}

export interface HostSight {
  readonly domains: readonly DomainSight[];
  readonly disks: readonly DiskSight[];
}

interface Flags {
  readonly autostart: ReadonlySet<string>;
  readonly saved: ReadonlySet<string>;
  readonly transient: ReadonlySet<string>;
}

const FLAG_COMMANDS: readonly Command[] = [
  ['list', '--all', '--autostart', '--uuid'],
  ['list', '--all', '--with-managed-save', '--uuid'],
  ['list', '--transient', '--uuid'],
];

/** `wanted` are volumes that are asked for by name, whoever made them. */
export async function lookAtAll(virsh: Virsh, wanted: readonly string[], signal: AbortSignal): Promise<HostSight> {
  const { pool } = virsh.engine;
  const [all, volumes, ...flags] = await virsh.ask(
    [['list', '--all', '--uuid'], ['vol-list', pool], ...FLAG_COMMANDS],
    signal,
  );
  const names = volumeNames(volumes?.stdout ?? '');
  const marked = names.flatMap((name) => markedVolume(name) ?? []);
  const disks = [...new Set([...marked, ...wanted])].filter((name) => names.includes(name));
  return details(virsh, { domains: linesOf(all), disks, flags: flagsOf(flags) }, signal);
}

export async function lookAtSome(
  virsh: Virsh,
  objects: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<HostSight> {
  const named = (type: 'vm' | 'volume'): readonly string[] =>
    objects.filter((object) => object.type === type).map(({ name }) => name);
  return details(virsh, { domains: named('vm'), disks: named('volume'), flags: null }, signal);
}

interface Wanted {
  /** Names or ids. */
  readonly domains: readonly string[];
  readonly disks: readonly string[];
  /** `null`: they are asked for along with the rest. */
  readonly flags: Flags | null;
}

const PER_DOMAIN = 3;

function details(virsh: Virsh, { domains, disks, flags }: Wanted, signal: AbortSignal): Promise<HostSight> {
  const { pool } = virsh.engine;
  const isVolumeSeen = disks.length > 0;
  return withFolder(async (folder) => {
    const file = (index: number): string => join(folder, String(index));
    const commands: readonly Command[] = [
      ...(flags === null ? FLAG_COMMANDS : []),
      ...domains.flatMap((domain) => [
        ['domstate', '--reason', domain],
        ['dumpxml', '--inactive', domain],
        ['dumpxml', domain],
      ]),
      ...disks.flatMap((disk, index) => [
        ['vol-dumpxml', '--pool', pool, disk],
        ['vol-download', '--pool', pool, markVolume(disk), file(index)],
      ]),
    ];
    const answers = [...(await virsh.ask(commands, signal))];
    const known = flags ?? flagsOf(answers.splice(0, FLAG_COMMANDS.length));
    const found = domains.flatMap((_, index) => domainSight(answers.slice(index * PER_DOMAIN), known) ?? []);
    const rest = answers.slice(domains.length * PER_DOMAIN);
    const sights = isVolumeSeen
      ? await Promise.all(disks.map((_, index) => diskSight(rest.slice(index * 2), file(index))))
      : [];
    return { domains: found, disks: sights.filter((sight) => sight !== null) };
  });
}

/** `null` for what went meanwhile. */
function domainSight([state, inactive, live]: readonly Answer[], flags: Flags): DomainSight | null {
  if (state === undefined || inactive === undefined || live === undefined) return null;
  if (inactive.stderr !== '' || isMissing(state.stderr)) return null;
  const defined = parseXml(inactive.stdout);
  const uuid = textAt(defined, 'uuid') ?? '';
  const seen = stateOf(state.stdout, flags.saved.has(uuid));
  return {
    name: textAt(defined, 'name') ?? '',
    uuid,
    state: seen,
    inactive: defined,
    live: seen.isActive && live.stderr === '' ? parseXml(live.stdout) : null,
    autostart: flags.autostart.has(uuid),
    persistent: !flags.transient.has(uuid),
  };
}

async function diskSight([volume, mark]: readonly Answer[], file: string): Promise<DiskSight | null> {
  if (volume === undefined || mark === undefined || volume.stderr !== '') return null;
  const text = mark.stderr === '' ? await readFile(file, 'utf8') : '';
  return { volume: readVolume(parseXml(volume.stdout)), mark: parseOwnerMark(text.replace(/\0+$/, '')) };
}

function flagsOf([autostart, saved, transient]: readonly Answer[]): Flags {
  return {
    autostart: new Set(linesOf(autostart)),
    saved: new Set(linesOf(saved)),
    transient: new Set(linesOf(transient)),
  };
}

function linesOf(answer: Answer | undefined): readonly string[] {
  return (answer?.stdout ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The first column of the table. Names of ours have no spaces, and of others only those count that carry a mark. */
function volumeNames(table: string): readonly string[] {
  return table.split('\n').flatMap((line) => /^\s*(\S+)\s+\S/.exec(line)?.[1] ?? []);
}
