/**
 * The disks of the machine of a told home, made by the real qemu-img, and a QEMU that saves and forgets on those alone with which it
 * is said to run. Nothing runs: no lock stands against what qemu-img is told to do.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Answer } from '../../../../src/drivers/lima/limactl/limactl.ts';
import { readMark, writeMark } from '../../../../src/drivers/lima/marks.ts';
import { type DiskFiles, diskFiles, type MachineFiles, machineFiles } from '../../../../src/drivers/lima/places.ts';
import { imageInfo } from '../../../../src/drivers/lima/qemu-img/image-info.ts';
import { takeSnapshot } from '../../../../src/drivers/lima/snapshots/take.ts';
import { templateText } from '../../../../src/drivers/lima/template/fill.ts';
import { canonicalJson, type JsonObject } from '../../../../src/model/json.ts';
import type { VmSnapshot, VmSnapshotRequest } from '../../../../src/model/vm-snapshot.ts';
import { listed, toldHome, type ToldHome } from './told-home.ts';

const PLACES = (process.env['PATH'] ?? '').split(delimiter);

/** Why there can be no such disks here; `null` where there can. */
export const lacks: string | null = PLACES.some((place) => existsSync(join(place, 'qemu-img')))
  ? null
  : 'needs qemu-img';

export const REQUEST: VmSnapshotRequest = {
  id: 'id-1',
  label: 'before',
  description: null,
  trigger: 'manual',
  at: '2026-11-23T10:00:00.000Z',
};

/** The machine, by the keys of its further disks. */
export interface Told {
  /** What it runs with; `null` where it is off. */
  runsWith: readonly string[] | null;
  /** What its template says. */
  declares: readonly string[];
}

export interface ToldDisks extends ToldHome {
  readonly machine: MachineFiles;
  readonly data: DiskFiles;
}

/** A machine with its first disk, and one called `data` beside it. */
export async function toldDisks(told: Told): Promise<ToldDisks> {
  const home = await toldHome({}, (command, place) => answerTo(command, place, told));
  const { engine } = home.limactl;
  const [machine, data] = [machineFiles(engine, 'demo-box'), diskFiles(engine, 'demo-box.data')];
  for (const path of [machine.disk, data.content]) {
    await mkdir(dirname(path), { recursive: true });
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '1M']);
  }
  const mark = await readMark(machine.mark, 'demo-box');
  if (mark !== null) await writeMark(data.mark, { ...mark, kept: { name: 'demo-box.data' } });
  return Object.assign(home, { machine, data });
}

/** Its template was written to since it was started: what runs is another one, with somebody else's disk as well where that is said. */
export async function startedOtherwise(
  { machine }: ToldDisks,
  { runsWith, declares }: Told,
  ...foreign: readonly string[]
): Promise<void> {
  await writeFile(machine.hostAgentPid, '1');
  await utimes(machine.hostAgentPid, 1000, 1000);
  await writeFile(machine.started, templateText(templateWith(runsWith ?? [], foreign)));
  await writeFile(machine.template, templateText(templateWith(declares)));
}

/** The first disk and the further one: which snapshots they hold. */
export function heldIn({ machine, data }: ToldDisks): Promise<readonly (readonly string[])[]> {
  return Promise.all([machine.disk, data.content].map(heldBy));
}

export async function heldBy(path: string): Promise<readonly string[]> {
  const info = await imageInfo(path, AbortSignal.timeout(60_000));
  return (info?.snapshots ?? []).map(({ name }) => name);
}

/** One that holds both disks, while it is off. */
export async function taken(home: ToldDisks, told: Told): Promise<VmSnapshot> {
  const before = { ...told };
  Object.assign(told, { runsWith: null, declares: ['data'] });
  const snapshot = await takeSnapshot(home, 'demo-box', REQUEST);
  Object.assign(told, before);
  return snapshot;
}

/** Nobody can tell any more what it is. */
export function damage(path: string): Promise<void> {
  return writeFile(path, Buffer.from('514649fbffffffff', 'hex'));
}

function answerTo(command: string, home: string, told: Told): Partial<Answer> | undefined {
  const words = command.split(' ');
  const [verb, action = ''] = words;
  if (verb === 'list')
    return listed(told.runsWith === null ? 'Stopped' : 'Running', { config: templateWith(told.declares) });
  if (verb === 'stop') told.runsWith = null;
  if (command.startsWith('disk list')) return { stdout: `${canonicalJson({ name: 'demo-box.data' })}\n` };
  if (command.startsWith('template validate')) return { stdout: readFileSync(words.at(-1) ?? '', 'utf8') };
  if (verb === 'snapshot') for (const path of attached(home, told)) onDisk(action, words.at(-1) ?? '', path);
  return undefined;
}

function templateWith(disks: readonly string[], foreign: readonly string[] = []): JsonObject {
  return { additionalDisks: [...disks.map((disk) => `demo-box.${disk}`), ...foreign].map((name) => ({ name })) };
}

/** Lima itself has only the first disk of one that is off in mind. */
function attached(home: string, { runsWith }: Told): readonly string[] {
  const engine = { name: 'host', home };
  const further = (runsWith ?? []).map((key) => diskFiles(engine, `demo-box.${key}`).content);
  return [machineFiles(engine, 'demo-box').disk, ...further];
}

function onDisk(action: string, id: string, path: string): void {
  const isHeld = execFileSync('qemu-img', ['snapshot', '-l', path], { encoding: 'utf8' }).includes(id);
  if (action === 'delete' && !isHeld) return;
  execFileSync('qemu-img', ['snapshot', action === 'create' ? '-c' : '-d', id, path]);
}
