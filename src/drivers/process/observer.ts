/** The observer of the process engine. It reads, and creates nothing: where there is no registry there are no objects. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { errnoOf } from '../../files/errno.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import type { Observer } from '../driver.ts';
import type { EngineEvent } from '../engine-event.ts';
import type { LogLine, LogOptions } from '../log-line.ts';
import type { ObjectReference, Scope } from '../scope.ts';
import { type Engine, FACTS } from './engine.ts';
import type { Registered } from './entry.ts';
import { tellPaused, watchScope } from './events.ts';
import { dataFolder, type EntryKind, FILES, objectFolder } from './layout.ts';
import { readLog } from './logs.ts';
import { inScope, namesFor } from './scope.ts';
import { type Look, lookAtServices } from './sights.ts';

export function processObserver(engine: Engine): Observer {
  return {
    observe: (scope, signal) => observe(engine, scope, signal),
    events: (scope: Scope, signal: AbortSignal): AsyncIterable<EngineEvent> => watchScope(engine, scope, signal),
    logs: (object: ObjectReference, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> =>
      readLog(objectFolder(engine.root, 'service', object.name), options, signal),
    close: () => Promise.resolve(),
  };
}

async function observe(engine: Engine, scope: Scope, signal: AbortSignal): Promise<Observation> {
  signal.throwIfAborted();
  try {
    const services = await registered(engine, scope, 'service');
    const looks = await lookAtServices(engine, [...services.keys()], signal);
    tellPaused(engine.root, pausedIn(looks));
    const volumes = await registered(engine, scope, 'volume');
    const objects = [
      ...[...services].map(([name, found]) => serviceOf(engine, name, found, looks.get(name) ?? null)),
      ...[...volumes].flatMap(([name, found]) => volumeOf(engine, name, found)),
    ];
    return { status: 'known', engine: engine.name, facts: FACTS, objects };
  } catch (error) {
    signal.throwIfAborted();
    if (errnoOf(error) === null) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 'unreachable', engine: engine.name, error: reason, provided_by: null };
  }
}

function pausedIn(looks: ReadonlyMap<string, Look>): readonly string[] {
  return [...looks].filter(([, { sight }]) => sight.state === 'paused').map(([name]) => name);
}

async function registered(engine: Engine, scope: Scope, kind: EntryKind): Promise<ReadonlyMap<string, Registered>> {
  const found = new Map<string, Registered>();
  for (const [index, name] of namesFor(engine, scope, kind).entries()) {
    const entry = inScope(engine, scope, kind, name);
    if (entry !== null) found.set(name, entry);
    // Thousands of synchronous reads would otherwise keep timers and signals waiting.
    if (index % 500 === 499) await breathe();
  }
  return found;
}

function serviceOf(
  { root }: Engine,
  name: string,
  { entry, ownership }: Registered,
  look: Look | null,
): ObservedObject {
  const { sight, record } = look ?? { sight: null, record: null };
  return {
    type: 'service',
    name,
    id: entry?.id ?? name,
    ownership,
    configured: { ...entry?.config, run_state: sight?.comparedState ?? 'created' },
    effective: null,
    status: {
      run_state: sight?.state ?? 'created',
      reason: entry === null ? 'its entry in the registry is damaged' : (sight?.reason ?? null),
      since: sight?.since?.toISOString() ?? null,
      exit_code: sight?.exitCode ?? null,
      restarts: record?.restarts ?? 0,
      incarnation: record === null ? null : `${record.id}.${record.restarts}`,
      health: 'none',
      details: { pid: sight?.pid ?? null, log: join(objectFolder(root, 'service', name), FILES.log) },
    },
  };
}

/** A volume whose folder is gone does not exist: its entry alone holds no data. */
function volumeOf({ root }: Engine, name: string, { entry, ownership }: Registered): readonly ObservedObject[] {
  const path = dataFolder(root, name);
  if (!existsSync(path)) return [];
  const object: ObservedObject = {
    type: 'volume',
    name,
    id: entry?.id ?? name,
    ownership,
    configured: entry?.config ?? {},
    effective: null,
    status: {
      run_state: null,
      reason: entry === null ? 'its entry in the registry is damaged' : null,
      since: null,
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details: { path },
    },
  };
  return [object];
}
