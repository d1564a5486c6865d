/**
 * What a pass is to carry out: what is declared now; or, where that failed and is not due again, what was healthy last; or,
 * where manifests have mistakes or the source cannot be read, what was valid last. Changes nothing.
 */
import { isQuarantined } from '../../flow/quarantine.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { changedFiles } from '../../git/changed-files.ts';
import type { DesiredEnvironment, Revision } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { type Failure, failureOf, InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import type { Quarantine, Recorded } from '../../model/observed.ts';
import { readRecorded } from '../../state/recorded.ts';
import { retryWait } from '../backoff.ts';
import { concernsWhoReads } from '../sources/concerns.ts';
import type { HeldDeclaration, SourceHub } from '../sources/source-hub.ts';
import type { Declaration } from '../sources/source.ts';

/** Desired together with the workspace whose secrets it was read with. */
export interface Good {
  readonly workspace: Workspace;
  readonly environment: DesiredEnvironment;
  readonly generation: number;
}

export type ToDo =
  /** `trouble`: why it is not what the source says now. */
  | {
      readonly kind: 'apply' | 'hold';
      readonly good: Good;
      /** The quarantine that makes it wait; `null` where nothing does. */
      readonly waits: Waits | null;
      readonly trouble: Trouble | null;
    }
  /** Nothing is known that could be carried out. */
  | { readonly kind: 'nothing'; readonly trouble: Trouble };

export interface Waits {
  readonly quarantine: Quarantine;
  /** What is declared and quarantined. */
  readonly declared: Good;
  readonly waitMs: number;
  /** What is held meanwhile: an earlier revision; the same, which was healthy before it failed; or nothing is known. */
  readonly held: 'earlier' | 'same' | 'nothing';
}

export interface Trouble {
  readonly kind: 'invalid' | 'unreadable' | 'gone';
  readonly failure: Failure;
  readonly diagnostics: readonly Diagnostic[];
  /** Of what has the mistakes; `null` where it could not be read. */
  readonly revision: Revision | null;
}

export interface DeclaredRequest {
  readonly name: string;
  readonly hub: SourceHub;
  /** What was declared and valid last; `null` where nobody knows. */
  readonly last: Good | null;
  /** Whether what was read of the same generation will do. */
  readonly mayReuse: boolean;
  /** Whether somebody's word, or a new revision, passes by the quarantine. */
  readonly isWord: boolean;
  /** Milliseconds since the epoch, by the clock on the wall. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export async function declaredNow(request: DeclaredRequest): Promise<ToDo> {
  const { hub, last, mayReuse, signal } = request;
  if (mayReuse && last !== null && last.generation === hub.generation) return judged(request, last, null);
  let held: HeldDeclaration;
  try {
    held = await hub.acquire();
  } catch (error) {
    signal.throwIfAborted();
    return fallback(request, null, troubleOf('unreadable', error, null));
  }
  await using reading = held;
  const { declaration, generation } = reading;
  try {
    const { environment } = await declaration.load(request.name, signal);
    return await judged(request, { workspace: declaration.workspace, environment, generation }, declaration);
  } catch (error) {
    signal.throwIfAborted();
    const isInvalid = error instanceof InvalidManifestsError;
    const isGone = error instanceof TrueupError && error.code === 'environment_not_found';
    return await fallback(
      request,
      reading,
      troubleOf(isInvalid ? 'invalid' : isGone ? 'gone' : 'unreadable', error, declaration.revision),
    );
  }
}

/** Whether what is declared may be tried, or what was healthy last is to be held. */
async function judged(request: DeclaredRequest, good: Good, opened: Declaration | null): Promise<ToDo> {
  const { recorded } = await readRecorded(good.workspace.state, request.name);
  const { quarantine } = recorded;
  const apply: ToDo = { kind: 'apply', good, waits: null, trouble: null };
  if (quarantine === null || request.isWord || !isQuarantined(quarantine, good.environment)) return apply;
  const waitMs = retryWait(quarantine, request.now);
  if (waitMs === 0 || (await hasOtherFiles(quarantine, good, request.signal))) return apply;
  const { revision } = good.environment;
  const isSame = recorded.revisions.last_healthy?.commit === revision.commit && !revision.dirty;
  const earlier = isSame ? null : await lastHealthy(request, recorded, opened);
  const waits: Waits = {
    quarantine,
    declared: good,
    waitMs,
    held: earlier !== null ? 'earlier' : isSame ? 'same' : 'nothing',
  };
  const held = earlier;
  return { kind: 'hold', good: held ?? good, waits, trouble: null };
}

/** Whether a file that was read is another one since what failed, and may have mended it without another word declared. */
async function hasOtherFiles(
  { revision: { commit: failed, dirty } }: Quarantine,
  { workspace, environment: { revision, files, folder } }: Good,
  signal: AbortSignal,
): Promise<boolean> {
  if (failed === revision.commit || dirty || revision.dirty) return false;
  if (failed === null || revision.commit === null) return true;
  const changed = await changedFiles(workspace.repository.root, failed, revision.commit, signal);
  return changed === null || concernsWhoReads(changed)(files, folder);
}

/** What the recorded state says was healthy last, read anew; `null` where there is none that is not itself what failed. */
async function lastHealthy(
  { name, hub, signal }: DeclaredRequest,
  { revisions: { last_healthy: healthy } }: Recorded,
  opened: Declaration | null,
): Promise<Good | null> {
  if (healthy === null || healthy.commit === null || healthy.dirty) return null;
  if (opened !== null) return loadedAt(opened, hub.generation);
  await using held = await hub.acquire();
  return await loadedAt(held.declaration, held.generation);

  async function loadedAt(declaration: Declaration, generation: number): Promise<Good | null> {
    try {
      const { environment } = await declaration.loadAt(name, healthy?.commit ?? '', signal);
      return { workspace: declaration.workspace, environment, generation };
    } catch (error) {
      signal.throwIfAborted();
      // Rewritten away, or what it needs is gone: then nothing is held.
      if (error instanceof TrueupError) return null;
      throw error;
    }
  }
}

/** What was valid last goes on to be true. After a restart that is what was applied last. */
async function fallback(request: DeclaredRequest, reading: HeldDeclaration | null, trouble: Trouble): Promise<ToDo> {
  const { last, name, signal } = request;
  if (trouble.kind === 'gone') return { kind: 'nothing', trouble };
  if (last !== null) return { ...(await judged(request, last, reading?.declaration ?? null)), trouble };
  if (reading === null) return { kind: 'nothing', trouble };
  const { declaration } = reading;
  const { recorded } = await readRecorded(declaration.workspace.state, name);
  const { last_healthy: healthy, last_applied: applied } = recorded.revisions;
  const commit = (healthy ?? applied)?.commit ?? null;
  if (commit === null) return { kind: 'nothing', trouble };
  try {
    const { environment } = await declaration.loadAt(name, commit, signal);
    const good = { workspace: declaration.workspace, environment, generation: -1 };
    return { kind: 'hold', good, waits: null, trouble };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError) return { kind: 'nothing', trouble };
    throw error;
  }
}

function troubleOf(kind: Trouble['kind'], error: unknown, revision: Revision | null): Trouble {
  if (!(error instanceof TrueupError)) throw error;
  const diagnostics = error instanceof InvalidManifestsError ? error.diagnostics : [];
  return { kind, failure: failureOf(error), diagnostics, revision };
}
