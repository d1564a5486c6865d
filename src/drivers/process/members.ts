/**
 * Which processes belong to a service: the shim and its whole session, whatever left that session but still descends
 * from it, and, on Linux, whatever carries the service's marker in its environment. Where neither shim nor command can
 * be proven to be the recorded ones, a session number alone proves nothing, and only the marker counts.
 */
import type { Engine } from './engine.ts';
import { type Marker, markerOf, objectFolder } from './layout.ts';
import {
  findAlive,
  isAlive,
  type ProcessIdentity,
  type ProcessInfo,
  type ProcessTable,
  sendSignal,
  signalGroup,
} from './processes.ts';
import { readRecords } from './records.ts';
import type { ShimRecord } from './shim-record.ts';
import { GROUP_SIGNALS } from './shim.ts';

export interface Members {
  /** The look that this was found in. */
  readonly table: ProcessTable;
  readonly shim: ProcessInfo | null;
  readonly main: ProcessInfo | null;
  /** The process group to signal as a whole; `null` where its number cannot be trusted. */
  readonly group: number | null;
  /** All but the shim. */
  readonly others: readonly ProcessInfo[];
}

/**
 * Looks at the machine and finds what belongs to a service now. What an earlier look knew still counts while it
 * lives: a process that left session and environment is only known by its parent, and its parent may have ended.
 */
export async function findMembers(
  { root, processes }: Engine,
  name: string,
  signal: AbortSignal,
  known: readonly ProcessIdentity[] = [],
): Promise<Members> {
  const { record } = readRecords(objectFolder(root, 'service', name));
  const [boot, table] = [await processes.boot(), await processes.look(signal)];
  return membersIn(table, markerOf(root, name), record?.boot === boot ? record : null, known);
}

/** Whether nothing of a service is alive. */
export function isGone({ shim, others }: Members): boolean {
  return shim === null && others.length === 0;
}

/** Sends a signal to the group as a whole where the shim survives that, and to each one who is not reached by it. */
export function signalMembers({ table, group, others }: Members, signal: NodeJS.Signals): void {
  const reached = SURVIVED.has(signal) ? group : null;
  if (reached !== null) signalGroup(reached, signal);
  for (const member of others) if (member.pgid !== reached) sendSignal(table, member, signal);
}

const SURVIVED: ReadonlySet<string> = new Set(['SIGCONT', ...GROUP_SIGNALS.map((name) => `SIG${name}`)]);

/** `record` is `null` where there is none, or where it is of another boot. */
function membersIn(
  table: ProcessTable,
  marker: Marker,
  record: ShimRecord | null,
  known: readonly ProcessIdentity[],
): Members {
  const shim = findAlive(table, record?.shim ?? null);
  const main = findAlive(table, record?.main ?? null);
  // A number stays taken as long as a session or group has it, so a living member vouches for the number.
  const vouched = record !== null && (shim !== null || main?.session === record.shim.pid);
  const session = vouched ? record.shim.pid : null;
  const own = ownLine(table);
  const all = table.all().filter((info) => isAlive(info) && !own.has(info.pid));
  const isMarked = (pid: number): boolean => table.hasVariable(pid, marker.name, marker.value);
  const kin = new Set(known.filter((identity) => findAlive(table, identity) !== null).map(({ pid }) => pid));
  for (const info of all) {
    const inSession = session !== null && (info.session === session || info.pgid === session);
    if (inSession || info.pid === main?.pid || isMarked(info.pid)) kin.add(info.pid);
  }
  addDescendants(kin, all);
  const others = all.filter((info) => kin.has(info.pid) && info.pid !== shim?.pid);
  return { table, shim, main, group: session, others };
}

function addDescendants(kin: Set<number>, all: readonly ProcessInfo[]): void {
  for (let before = -1; before !== kin.size; ) {
    before = kin.size;
    for (const info of all) if (kin.has(info.ppid)) kin.add(info.pid);
  }
}

/** This process and its ancestors: trueup may itself be run inside a service, and must not end itself. */
function ownLine(table: ProcessTable): ReadonlySet<number> {
  const line = new Set<number>();
  let info = table.get(process.pid);
  while (info !== null && info.pid > 1) {
    line.add(info.pid);
    info = table.get(info.ppid);
  }
  return line;
}
