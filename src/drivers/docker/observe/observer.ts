/** The observer of an engine that speaks Docker's API. It is handed a reader alone, whose transport refuses whatever writes. */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { ListedObject } from '../../../model/coverage.ts';
import type { FilesystemChange } from '../../../model/filesystem.ts';
import type { ForeignSelection, ForeignView } from '../../../model/foreign.ts';
import type { Observation } from '../../../model/observed.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Observer } from '../../driver.ts';
import type { EngineEvent } from '../../engine-event.ts';
import type { LogLine, LogOptions } from '../../log-line.ts';
import type { SavedImages } from '../../saved-images.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContentNotes } from '../content-notes.ts';
import { DEAF, type Ear, together } from './ear.ts';
import { EngineClock } from './engine-clock.ts';
import { watchScope } from './events.ts';
import { filesystemChanges } from './filesystem.ts';
import { lookAtForeign } from './foreign.ts';
import { Held } from './held.ts';
import { Images } from './images.ts';
import { listAll } from './list-all.ts';
import { readLogs } from './logs.ts';
import { lookAtAll, type Sources, type Thoroughness } from './look.ts';
import { saveImages } from './save-images.ts';
import { TargetedLook } from './targeted-look.ts';

/** Ours, and not the engine's: a call that writes, a connection that was closed before. */
const DEFECTS: readonly FailureCode[] = ['internal', 'interrupted'];

export interface DockerObserverParts {
  readonly sealer: Sealer;
  readonly notes: ContentNotes;
  /** Of each stream of events, beside our own. */
  readonly ear?: () => Ear;
}

export function dockerObserver(
  reader: EngineReader,
  engine: string,
  { sealer, notes, ear = () => DEAF }: DockerObserverParts,
): Observer {
  const held = new Held();
  const clock = new EngineClock(reader);
  const sources: Sources = { reader, sealer, notes, images: new Images(reader), held };
  const targeted = new TargetedLook(sources);
  async function observe(scope: Scope, signal: AbortSignal, thoroughness: Thoroughness): Promise<Observation> {
    return unlessUnreachable(
      signal,
      (either) => look({ sources, targeted, engine, thoroughness }, scope, either),
      (error): Observation => ({ status: 'unreachable', engine, error: error.message, provided_by: null }),
    );
  }
  return {
    observe: (scope: Scope, signal: AbortSignal) => observe(scope, signal, 'inspect_all'),
    async observeAgain(scope: Scope, signal: AbortSignal): Promise<Observation> {
      signal.throwIfAborted();
      const mayTrust = !held.isEmpty && (await clock.isOurs(signal));
      return observe(scope, signal, mayTrust ? 'trust_held' : 'inspect_all');
    },
    listAll: (signal: AbortSignal): Promise<readonly ListedObject[] | null> =>
      unlessUnreachable(
        signal,
        (either) => listAll(reader, either),
        () => null,
      ),
    observeForeign: (selection: ForeignSelection, signal: AbortSignal): Promise<ForeignView> =>
      unlessUnreachable<ForeignView>(
        signal,
        (either) => lookAtForeign(sources, selection, either),
        (error) => ({ status: 'unreachable', error: error.message }),
      ),
    filesystemChanges: (id: string, signal: AbortSignal): Promise<readonly FilesystemChange[] | null> =>
      unlessUnreachable(
        signal,
        (either) => filesystemChanges(reader, id, either),
        () => null,
      ),
    saveImages: (references: readonly string[], signal: AbortSignal): Promise<SavedImages> =>
      saveImages(reader, references, signal),
    events: (scope: Scope, signal: AbortSignal, since: string | null = null): AsyncIterable<EngineEvent> =>
      watchScope(reader, scope, signal, { ear: together(held.ear(), ear()), since }),
    logs: (object: ObjectReference, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> =>
      readLogs(reader, object, options, signal),
    close: () => reader.close(),
  };
}

/** What a look gives, or what it means that the engine does not answer. The first call that fails ends the others. */
async function unlessUnreachable<T>(
  signal: AbortSignal,
  attempt: (either: AbortSignal) => Promise<T>,
  unreachable: (error: TrueupError) => T,
): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  try {
    return await attempt(AbortSignal.any([signal, done.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrueupError) || DEFECTS.includes(error.code)) throw error;
    return unreachable(error);
  } finally {
    done.abort();
  }
}

interface Looking {
  readonly sources: Sources;
  readonly targeted: TargetedLook;
  readonly engine: string;
  readonly thoroughness: Thoroughness;
}

async function look(
  { sources, targeted, engine, thoroughness }: Looking,
  scope: Scope,
  signal: AbortSignal,
): Promise<Observation> {
  if (scope.only !== undefined) {
    const facts = await sources.reader.facts(signal);
    const objects = await targeted.at(scope.only, scope, facts, signal);
    return { status: 'known', engine, facts, objects };
  }
  const { facts, inventory, objects } = await lookAtAll(sources, scope, signal, thoroughness);
  targeted.remember(inventory);
  return { status: 'known', engine, facts, objects };
}
