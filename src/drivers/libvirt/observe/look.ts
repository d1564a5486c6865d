/**
 * One look at a host, in two processes however many machines there are: first what there is, then each thing of it. A look at
 * certain objects is one process. What libvirt says is not there is not there; whatever else it complains of twice fails the look,
 * since a part is never taken for the whole: but for disks whose marks say whose they are.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectReference } from '../../scope.ts';
import type { OwnerMark } from '../../owner-mark.ts';
import { markIn } from '../marks.ts';
import { markedVolume, markVolume } from '../names.ts';
import { answersInPart, isMissing, isPoolMissing } from '../virsh/failures.ts';
import { withFolder } from '../virsh/files.ts';
import type { Command } from '../virsh/quote.ts';
import { askTwice } from '../virsh/ask-twice.ts';
import { toldOf } from '../virsh/told.ts';
import type { Answer, Virsh } from '../virsh/virsh.ts';
import type { Engine } from '../engine.ts';
import { readVolume, type VolumeSight } from '../volumes/describe.ts';
import { listedNames } from '../volumes/listed.ts';
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

/** A disk that libvirt complains of: whose it is, is known. */
interface UnreadDisk {
  readonly name: string;
  readonly mark: OwnerMark;
  readonly problem: string;
}

/** What is left of a disk whose volume is gone: a mark that says whose it was. */
interface GoneDisk {
  readonly name: string;
  readonly mark: OwnerMark;
}

export interface HostSight {
  readonly domains: readonly DomainSight[];
  readonly disks: readonly DiskSight[];
  readonly gone: readonly GoneDisk[];
  /** Those of others are no reason to see nothing. */
  readonly unread: readonly UnreadDisk[];
  /** Volumes that nobody has asked for, and that are there: their names. */
  readonly others: readonly string[];
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
  const { engine } = virsh;
  const [all, volumes, ...flags] = await askTwice(
    virsh,
    [['list', '--all', '--uuid'], ['vol-list', engine.pool], ...FLAG_COMMANDS],
    signal,
  );
  const names = namesIn(engine, volumes, wanted);
  const marked = names.flatMap((name) => markedVolume(name) ?? []);
  const disks = [...new Set([...marked, ...wanted.filter((name) => names.includes(name))])];
  const sight = await details(virsh, { domains: linesOf(engine, all), disks, flags: flagsOf(engine, flags) }, signal);
  return { ...sight, others: names.filter((name) => !disks.includes(name)) };
}

/** Who asks for no volume needs no pool. */
function namesIn(engine: Engine, volumes: Answer | undefined, wanted: readonly string[]): readonly string[] {
  const problem = volumes?.stderr ?? '';
  if (isPoolMissing(problem) && wanted.length === 0) return [];
  if (problem !== '') throw answersInPart(engine, problem);
  return listedNames(volumes?.stdout ?? '');
}

export async function lookAtSome(
  virsh: Virsh,
  objects: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<HostSight> {
  const named = (type: 'vm' | 'volume'): readonly string[] =>
    objects.filter((object) => object.type === type).map(({ name }) => name);
  const sight = await details(virsh, { domains: named('vm'), disks: named('volume'), flags: null }, signal);
  const [unread] = sight.unread;
  if (unread !== undefined) throw answersInPart(virsh.engine, unread.problem);
  return sight;
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
  const { engine } = virsh;
  const { pool } = engine;
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
    const answers = [...(await askTwice(virsh, commands, signal))];
    const known = flags ?? flagsOf(engine, answers.splice(0, FLAG_COMMANDS.length));
    const found = domains.flatMap((_, index) => domainSight(engine, answers.slice(index * PER_DOMAIN), known) ?? []);
    const rest = answers.slice(domains.length * PER_DOMAIN);
    const sights = isVolumeSeen
      ? await Promise.all(disks.map((name, index) => diskSight(engine, name, rest.slice(index * 2), file(index))))
      : [];
    return {
      domains: found,
      disks: sights.flatMap((sight) => (sight !== null && 'volume' in sight ? [sight] : [])),
      gone: sights.flatMap((sight) => (sight !== null && !('volume' in sight) && !('problem' in sight) ? [sight] : [])),
      unread: sights.flatMap((sight) => (sight !== null && 'problem' in sight ? [sight] : [])),
      others: [],
    };
  });
}

/** `null` for what went meanwhile. */
function domainSight(engine: Engine, [state, inactive, live]: readonly Answer[], flags: Flags): DomainSight | null {
  const told = [state, inactive].map((answer) => toldOf(engine, answer));
  const [stateText = null, definition = null] = told;
  if (stateText === null || definition === null) return null;
  const defined = parseXml(definition);
  const uuid = textAt(defined, 'uuid') ?? '';
  const seen = stateOf(stateText, flags.saved.has(uuid));
  const running = seen.isActive ? toldOf(engine, live) : null;
  return {
    name: textAt(defined, 'name') ?? '',
    uuid,
    state: seen,
    inactive: defined,
    live: running === null ? null : parseXml(running),
    autostart: flags.autostart.has(uuid),
    persistent: !flags.transient.has(uuid),
  };
}

async function diskSight(
  engine: Engine,
  name: string,
  [volume, mark]: readonly Answer[],
  file: string,
): Promise<DiskSight | GoneDisk | UnreadDisk | null> {
  const text = toldOf(engine, mark) === null ? '' : await readFile(file, 'utf8');
  const found = markIn(text);
  const problem = volume?.stderr ?? '';
  if (found !== null && problem !== '' && !isMissing(problem)) return { name, mark: found, problem };
  const described = toldOf(engine, volume);
  if (described !== null) return { volume: readVolume(parseXml(described)), mark: found };
  return found === null ? null : { name, mark: found };
}

function flagsOf(engine: Engine, [autostart, saved, transient]: readonly Answer[]): Flags {
  return {
    autostart: new Set(linesOf(engine, autostart)),
    saved: new Set(linesOf(engine, saved)),
    transient: new Set(linesOf(engine, transient)),
  };
}

function linesOf(engine: Engine, answer: Answer | undefined): readonly string[] {
  if (answer === undefined || answer.stderr !== '')
    throw answersInPart(engine, answer?.stderr ?? 'it does not list its machines');
  return answer.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
