/** The scenes of the world's rows: which rows are played together, and the one manifest that declares all of them. */
import { stringify } from 'yaml';
import type { JsonObject } from '../../../../src/model/json.ts';
import { baseOf, edited, type Fields, type Owner, type Parts, type Scene, sceneOf } from '../fields/scene.ts';
import { type Base, touchedBy, type WorldRow } from './world-row.ts';

export interface Play {
  readonly scene: Scene;
  readonly base: Base;
  readonly rows: readonly WorldRow[];
}

/** More would make it hard to see which of them went wrong. */
const TOGETHER = 6;

/** `first` is the index of the first scene: scenes of different environments never meet. */
export function playsOf(rows: readonly WorldRow[], first: number): readonly Play[] {
  const groups: WorldRow[][] = [];
  for (const row of rows) {
    const group = groups.find((one) => one.length < TOGETHER && one.every((other) => fit(row, other)));
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return groups.map((together, index) => ({
    scene: sceneOf(first + index),
    base: together[0]?.base ?? 'bare',
    rows: together,
  }));
}

function fit(row: WorldRow, other: WorldRow): boolean {
  if (row.alone === true || other.alone === true || row.base !== other.base) return false;
  // What acts on a container as it is, and what makes another one, are two things.
  if ((row.otherwise === undefined) !== (other.otherwise === undefined)) return false;
  const [ones, others] = [row, other].map((one) => touchedBy(one, sceneOf(0)));
  return (ones ?? []).every((one) => (others ?? []).every((two) => !isWithin(one, two) && !isWithin(two, one)));
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

const OWNERS: readonly Owner[] = ['service', 'volume', 'network'];

/** One environment with all of these scenes. */
export function worldManifest(plays: readonly Play[], more: JsonObject = {}): string {
  const [services, volumes, networks]: [Fields, Fields, Fields] = [{ first: FIRST }, { spare: {} }, { spare: {} }];
  for (const play of plays) {
    const { scene } = play;
    const parts = partsOf(play);
    services[scene.key] = parts.service;
    volumes[scene.volume] = parts.volume;
    networks[scene.network] = parts.network;
  }
  return stringify({ name: 'local', project: 'shop', services, volumes, networks, ...more }, { lineWidth: 0 });
}

/** What the manifest says of one scene. */
function partsOf({ scene, base, rows }: Play): Parts {
  const parts = base === 'full' ? fullOf(scene) : bareOf();
  for (const row of rows) {
    const says = row.says?.(scene) ?? {};
    for (const owner of OWNERS) edited(parts[owner], says[owner] ?? {});
  }
  return parts;
}

/** The name of the service's container, before the world changes it. */
export function containerNameOf(play: Play): string {
  const { name } = partsOf(play).service;
  return typeof name === 'string' ? name : `shop-${play.scene.key}-1`;
}

const FIRST: Fields = { container: { image: 'busybox:1', command: ['sleep', '10000'] } };

function bareOf(): Parts {
  return { service: { container: { image: 'busybox:1', command: ['sleep', '10000'] } }, volume: {}, network: {} };
}

/** As the fields' own scene, with what the docker command line can make again. */
function fullOf(scene: Scene): Parts {
  const parts = baseOf(scene);
  edited(parts.service, {
    'health_check.test': ['CMD-SHELL', 'exit 0'],
    'health_check.interval': '100s',
    'storage.volumes': [
      { container_path: '/data', volume: scene.volume, mode: 'ro' },
      { container_path: '/etc/app.conf', host_path: `../../${confOf(scene)}`, mode: 'ro' },
      { container_path: '/etc/live.conf', host_path: `../../${liveOf(scene)}`, watch_content: 'restart' },
      '/var/anonymous',
    ],
  });
  return parts;
}

/** A file that a scene mounts read-only, by its path from the root of the repo. */
export function confOf({ key }: Scene): string {
  return `conf/${key}.conf`;
}

/** One that its container may write to. */
export function liveOf({ key }: Scene): string {
  return `conf/${key}.live`;
}

/** One that nobody mounts. */
export function otherOf({ key }: Scene): string {
  return `conf/${key}.other`;
}

export function filesOf(plays: readonly Play[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plays.flatMap(({ scene }) => [confOf(scene), liveOf(scene), otherOf(scene)].map((file) => [file, 'one\n'])),
  );
}
