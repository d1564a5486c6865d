/**
 * One look at Lima: what it lists, and beside that the files that say whose a machine is and what runs of it. Two processes
 * however many machines there are, and one more for each that runs with an older template than it has.
 */
import { stat } from 'node:fs/promises';
import { isThere } from '../../../files/is-there.ts';
import { isJsonObject, type JsonObject, member, parseJson, scalarText } from '../../../model/json.ts';
import type { OwnerMark } from '../../owner-mark.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { must } from '../limactl/limactl.ts';
import { readMark, textOf } from '../marks.ts';
import { diskFiles, type MachineFiles, machineFiles } from '../places.ts';
import { type Intent, readIntent } from '../intent.ts';
import { waitFor } from '../../wait.ts';
import { lastStatus, type HostAgentStatus } from './host-agent.ts';

export interface MachineSight {
  readonly name: string;
  /** Lima's own word; empty where its template cannot be read. */
  readonly status: string;
  /** As Lima lists it. */
  readonly listed: JsonObject;
  /** With defaults filled in; `null` where the template cannot be read. */
  readonly template: JsonObject | null;
  readonly files: MachineFiles;
  readonly mark: OwnerMark | null;
  /** It was begun, and is not known to have been made to its end; `null` elsewhere. */
  readonly unfinished: Intent | null;
  readonly hasDisk: boolean;
  /** Whether it ever ran: before that there is nothing on its disk but the image. */
  readonly wasStarted: boolean;
  readonly times: MachineTimes;
  /** Whether its host agent runs, where Lima cannot tell what it is at. */
  readonly isAgentAlive: boolean;
  /** What its host agent said last; `null` where nothing of it runs. */
  readonly agent: HostAgentStatus | null;
}

/** In milliseconds since 1970; `null` for what is not there. */
export interface MachineTimes {
  readonly created: number | null;
  readonly template: number | null;
  readonly applied: number | null;
  readonly started: number | null;
  /** When what runs was started. */
  readonly run: number | null;
  readonly events: number | null;
}

export interface DiskSight {
  readonly name: string;
  readonly listed: JsonObject;
  readonly mark: OwnerMark | null;
  /** Only a note says whose it is: its mark is still to come. */
  readonly isBegun: boolean;
}

export interface LimaSight {
  readonly machines: readonly MachineSight[];
  readonly disks: readonly DiskSight[];
}

export async function lookAt(limactl: Limactl, signal: AbortSignal): Promise<LimaSight> {
  const [machines, disks] = await Promise.all([
    listed(limactl, ['list', '--format', 'json'], signal),
    listed(limactl, ['disk', 'list', '--json'], signal),
  ]);
  return {
    machines: await Promise.all(machines.map((machine) => machineSight(limactl, machine))),
    disks: await Promise.all(disks.map((disk) => diskSight(limactl, disk))),
  };
}

/** `null` for what is not there. */
export async function machineNamed(limactl: Limactl, name: string, signal: AbortSignal): Promise<MachineSight | null> {
  const machines = await listed(limactl, ['list', '--format', 'json'], signal);
  const found = machines.find((machine) => member(machine, 'name') === name);
  return found === undefined ? null : machineSight(limactl, found);
}

export async function diskNamed(limactl: Limactl, name: string, signal: AbortSignal): Promise<DiskSight | null> {
  const disks = await listed(limactl, ['disk', 'list', '--json'], signal);
  const found = disks.find((disk) => member(disk, 'name') === name);
  return found === undefined ? null : diskSight(limactl, found);
}

const SETTLING_MS = 300;
const LONGEST_SETTLING_MS = 3000;

/**
 * A machine on its way up or down is broken for a moment: it counts as broken only once it has been so for a while. Other
 * states are what they are at once.
 */
export async function settled(
  look: () => Promise<readonly MachineSight[]>,
  signal: AbortSignal,
  longestMs: number = LONGEST_SETTLING_MS,
): Promise<readonly MachineSight[]> {
  const until = Date.now() + longestMs;
  for (;;) {
    const machines = await look();
    if (!machines.some(isUnsettled) || Date.now() >= until) return machines;
    await waitFor(SETTLING_MS, signal);
    signal.throwIfAborted();
  }
}

function isUnsettled({ status, template }: MachineSight): boolean {
  return status === 'Broken' && template !== null;
}

async function listed(
  limactl: Limactl,
  command: readonly string[],
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const text = await must(limactl, command, signal);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(parseJson)
    .filter(isJsonObject);
}

async function machineSight({ engine }: Limactl, machine: JsonObject): Promise<MachineSight> {
  const name = scalarText(machine['name'] ?? '');
  const files = machineFiles(engine, name);
  const template = machine['config'] ?? null;
  const [mark, intent, times, hasDisk, wasSeeded, agent] = await Promise.all([
    readMark(files.mark, name),
    readIntent(files.intent),
    timesOf(files),
    isThere(files.disk),
    isThere(files.seed),
    lastStatus(files.hostAgentEvents),
  ]);
  const hasRun = wasSeeded || times.events !== null;
  return {
    name,
    status: scalarText(machine['status'] ?? ''),
    listed: machine,
    template: isJsonObject(template) ? template : null,
    files,
    mark,
    unfinished: intent !== null && !hasRun && (mark !== null || (await isFrom(intent, files))) ? intent : null,
    hasDisk,
    wasStarted: hasRun,
    times,
    isAgentAlive: isJsonObject(template) ? false : await isAlive(files.hostAgentPid),
    agent,
  };
}

async function isAlive(pidFile: string): Promise<boolean> {
  const pid = Number(await textOf(pidFile));
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What somebody else has made meanwhile under the same name is his: its template is another one. */
async function isFrom({ template }: Intent, files: MachineFiles): Promise<boolean> {
  const text = await textOf(files.template);
  return text === null || text === '' || text === template;
}

async function timesOf(files: MachineFiles): Promise<MachineTimes> {
  const [created, template, applied, started, run, events] = await Promise.all(
    [
      `${files.folder}/lima-version`,
      files.template,
      files.applied,
      files.started,
      files.hostAgentPid,
      files.hostAgentEvents,
    ].map(timeOf),
  );
  return {
    created: created ?? null,
    template: template ?? null,
    applied: applied ?? null,
    started: started ?? null,
    run: run ?? null,
    events: events ?? null,
  };
}

async function timeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : found.mtimeMs;
}

async function diskSight({ engine }: Limactl, disk: JsonObject): Promise<DiskSight> {
  const name = scalarText(disk['name'] ?? '');
  const files = diskFiles(engine, name);
  const mark = await readMark(files.mark, name);
  const begun = mark === null ? await readMark(files.intent, name) : null;
  return { name, listed: disk, mark: mark ?? begun, isBegun: begun !== null };
}
