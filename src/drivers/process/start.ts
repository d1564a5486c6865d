/**
 * Starts a service from its entry: what it was given is checked first, what is left of an earlier life is brought down,
 * and only what the registry and the operating system then show is believed.
 */
import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { StepContext } from '../step-context.ts';
import type { Engine } from './engine.ts';
import { type Entry, readRegistered } from './entry.ts';
import { plainText, serviceEnvironment } from './environment.ts';
import { findProgram } from './executable.ts';
import { FILES, markerOf, objectFolder } from './layout.ts';
import { launch, type LaunchRequest } from './launch.ts';
import { findMembers, isGone } from './members.ts';
import { checkPorts } from './ports.ts';
import { signalGroup } from './processes.ts';
import { cancelLaunches, readRecords } from './records.ts';
import { launchDigest, serviceSettings } from './service-settings.ts';
import type { ShimRecord } from './shim-record.ts';
import { sightOf } from './status.ts';
import { stopService } from './stop.ts';
import { volumeFolders } from './volume-folders.ts';

/** Idempotent: what already runs with this entry goes on running. */
export async function startService(engine: Engine, name: string, context: StepContext): Promise<JsonObject> {
  const { root } = engine;
  const folder = objectFolder(root, 'service', name);
  const entry = readRegistered(root, 'service', name)?.entry ?? null;
  if (entry === null)
    throw new TrueupError('object_missing', `service ${name} is not in the registry`, { fields: { name } });
  const digest = launchDigest(entry.config, entry.volumes);
  const request = await prepare(engine, name, folder, entry, digest, context);
  const running = await settle(engine, folder, request, context.signal);
  if (running !== null) return outcomeOf(running, folder, { already_running: true });
  const { ports, ...terms } = serviceSettings(entry.config);
  if (!isGone(await findMembers(engine, name, context.signal))) await stopService(engine, name, terms, context);
  await checkPorts(engine, name, ports, context.signal);
  rotateLog(folder);
  rmSync(join(folder, FILES.stop), { force: true });
  return outcomeOf(await launch(engine, request, context.signal), folder, {});
}

/** Everything that can be found wrong before anything is touched. */
async function prepare(
  { root }: Engine,
  name: string,
  folder: string,
  entry: Entry,
  digest: string,
  { vault }: StepContext,
): Promise<LaunchRequest> {
  const settings = serviceSettings(entry.config);
  const { cwd } = settings;
  const volumes = await volumeFolders(root, name, entry);
  const marker = markerOf(root, name);
  const environment = serviceEnvironment({ declared: settings.variables, volumes, marker, vault });
  const [program = '', ...words] = settings.command.map((word) => plainText(word, vault));
  const path = environment['PATH'] ?? '/usr/bin:/bin';
  return {
    name,
    folder,
    digest,
    cwd,
    environment,
    marker,
    words: [await findProgram({ name, program, cwd, path }), ...words],
  };
}

/** What already runs as asked; `null` when something has to be started. A paused one is let go on. */
async function settle(
  engine: Engine,
  folder: string,
  { digest }: LaunchRequest,
  signal: AbortSignal,
): Promise<ShimRecord | null> {
  await cancelLaunches(folder);
  const records = readRecords(folder);
  const [boot, table] = [await engine.processes.boot(), await engine.processes.look(signal)];
  const { state } = sightOf(records, table, boot);
  if (records.told || records.record?.digest !== digest) return null;
  if (state === 'paused') signalGroup(records.record.shim.pid, 'SIGCONT');
  return state === 'running' || state === 'restarting' || state === 'paused' ? records.record : null;
}

const LOG_LIMIT = 10 * 1024 * 1024;

/** At a start nobody writes to the log, so it can be moved without losing a line. */
function rotateLog(folder: string): void {
  const log = join(folder, FILES.log);
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT)
    renameSync(log, join(folder, FILES.rotatedLog));
}

function outcomeOf(record: ShimRecord, folder: string, more: JsonObject): JsonObject {
  return { ...more, pid: record.main?.pid ?? null, exit_code: record.exitCode, log: join(folder, FILES.log) };
}
