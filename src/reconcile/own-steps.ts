/** Carries out the steps that are no engine calls of their own: hooks, and what is done with snapshots of volumes and VMs. */
import type { Actuator } from '../drivers/driver.ts';
import type { StepContext } from '../drivers/step-context.ts';
import type { ObjectReference } from '../drivers/scope.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { keyOf } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { isJsonArray, isJsonObject, type JsonObject, member, scalarText } from '../model/json.ts';
import type { Step } from '../model/plan.ts';
import type { BackupStore } from '../state/backups.ts';
import type { EngineConnection } from './gates/gate-keeper.ts';
import { runHooks } from './hooks.ts';
import type { OwnVerb } from './plan/own-verbs.ts';
import { takeSystemSnapshot } from './vm-snapshots.ts';

/** Where snapshots are kept, and taken from. */
export type Backups = Pick<BackupStore, 'take' | 'read'>;

export interface OwnStepContext {
  readonly environment: DesiredEnvironment;
  readonly connection: EngineConnection;
  readonly actuator: Actuator;
  readonly step: StepContext;
  readonly backups: Backups | null;
  /** Milliseconds since the epoch. */
  now(): number;
}

export async function performOwn(verb: OwnVerb, step: Step, context: OwnStepContext): Promise<JsonObject> {
  switch (verb) {
    case 'post_start':
    case 'pre_stop':
      return runHooks(step, verb, {
        actuator: context.actuator,
        config: configOf(step, context.environment),
        vault: context.step.vault,
        signal: context.step.signal,
        isRunning: (object) => isRunning(object, context),
        progress: (message) => context.step.progress(message),
      });
    case 'backup':
      return takeSnapshot(step, context);
    case 'restore_data':
      return restoreData(step, context);
    case 'snapshot':
      return snapshotVm(step, context);
    default:
      return verb satisfies never;
  }
}

/** What no manifest declares brings its own along. */
function configOf({ address, args }: Step, { resources }: DesiredEnvironment): JsonObject {
  const own = member(args, 'config');
  return isJsonObject(own) ? own : (resources.get(address)?.config ?? {});
}

async function isRunning(object: ObjectReference, { connection, step }: OwnStepContext): Promise<boolean> {
  const { observer, scope } = connection;
  const seen = await observer.observe({ ...scope, only: [object] }, step.signal);
  const objects = seen.status === 'known' ? seen.objects : [];
  const found = objects.find(({ type, name }) => type === object.type && name === object.name);
  return found?.status.run_state === 'running';
}

async function takeSnapshot(step: Step, { environment, actuator, ...context }: OwnStepContext): Promise<JsonObject> {
  const { args, engine, address } = step;
  const name = scalarText(args['name'] ?? step.name);
  const { backups } = context;
  const read = actuator.readVolume?.bind(actuator);
  if (backups === null || read === undefined) throw noBackups(name, engine);
  context.step.progress(`taking a snapshot of ${name}`);
  const subject = {
    volume: keyOf(address),
    name,
    engine,
    project: environment.project,
    environment: environment.name,
    run: context.step.run,
    revision: environment.revision,
  };
  const kept = Number(args['kept'] ?? 1);
  const spared = member(args, 'spared');
  const options = {
    kept,
    now: context.now(),
    signal: context.step.signal,
    ...(typeof spared === 'string' ? { spared } : {}),
  };
  try {
    const snapshot = await backups.take(subject, () => read(name, context.step), options);
    return { snapshot: snapshot.id, size_bytes: snapshot.size_bytes };
  } catch (error) {
    throw withStopped(error, args);
  }
}

/** Who was taken down for it is told: they stay down unless something brings them back. */
function withStopped(error: unknown, args: JsonObject): unknown {
  const stopped = member(args, 'stopped');
  if (!(error instanceof TrueupError) || !isJsonArray(stopped) || stopped.length === 0) return error;
  const { code, message, retryable, fields, next } = error;
  const said = `${stopped.map(scalarText).join(', ')} had been stopped for it`;
  return new TrueupError(code, `${message} (${said})`, {
    cause: error.cause,
    retryable,
    fields: { ...fields, stopped },
    ...(next === null ? {} : { next }),
  });
}

async function restoreData(step: Step, { environment, actuator, ...context }: OwnStepContext): Promise<JsonObject> {
  const { args, engine, address } = step;
  const name = scalarText(args['name'] ?? step.name);
  const snapshot = scalarText(args['snapshot'] ?? '');
  const { backups } = context;
  const write = actuator.writeVolume?.bind(actuator);
  if (backups === null || write === undefined) throw noBackups(name, engine);
  context.step.progress(`putting ${snapshot} back into ${name}`);
  const archive = await backups.read(environment.name, keyOf(address), snapshot);
  await write(name, archive, context.step);
  return { snapshot };
}

async function snapshotVm(
  { args, address, name }: Step,
  { connection, actuator, step, now }: OwnStepContext,
): Promise<JsonObject> {
  const { observer } = connection;
  const wanted = {
    address,
    object: { type: 'vm', name: scalarText(args['name'] ?? name) },
    label: scalarText(args['label'] ?? ''),
    description: null,
    keep: Number(args['keep'] ?? 1),
    at: new Date(now()).toISOString(),
  } as const;
  const { id, size_bytes: size } = await takeSystemSnapshot(wanted, { observer, actuator, step });
  return { snapshot: id, size_bytes: size };
}

function noBackups(name: string, engine: string): TrueupError {
  return new TrueupError('backup_failed', `the engine "${engine}" cannot read or fill the volume ${name}`, {
    fields: { name, engine },
    next: 'take backup_enabled away from the volume',
  });
}
