/**
 * Where desired comes from: a repo at the commits of a branch, a clone, a working tree. A source says when something may
 * have changed, and reads what is declared at one moment; what is done about it is none of its business.
 */
import type { Workspace } from '../../flow/workspace.ts';
import type { LoadedSettings } from '../../manifest/settings.ts';
import type { DesiredEnvironment, Revision } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { StateFolder } from '../../state/folder.ts';
import type { SourceTrouble } from './source-trouble.ts';

export interface Source extends AsyncDisposable {
  /** First part of the ids of its environments; unique in one daemon. */
  readonly name: string;
  /** For people: the folder, or the URL without credentials. */
  readonly where: string;
  /** Whether an environment is meant at all; absent where all are. */
  serves?(name: string): boolean;
  /**
   * What is declared now. Throws where it cannot be read whole: nothing is concluded from that, least of all that
   * environments are gone. The caller disposes of it.
   */
  read(signal: AbortSignal): Promise<Declaration>;
  /** Where what was served of it before is remembered, for as long as nothing can be read; absent where nobody knows. */
  remembered?(): Promise<RememberedPlace>;
  /** Tells of changes until the signal aborts, and then ends without an error. */
  watch(listener: SourceListener, signal: AbortSignal): Promise<void>;
}

/** Where environments lie of which nothing can be read. */
export interface RememberedPlace {
  /** Of the repo, absolute. */
  readonly root: string;
  readonly state: StateFolder;
}

export interface SourceListener {
  changed(change: SourceChange): void;
  /** It cannot be read any more; told once for each cause, until it is back. What was declared last goes on to be true. */
  lost(trouble: SourceTrouble): void;
  back(why: string): void;
}

export interface SourceChange {
  readonly kind: 'git' | 'files' | 'schedule';
  /** A few words for people: `commit 1a2b3c4d5e6f`. */
  readonly reason: string;
  /** Whether an environment that read these files, among others, is meant; absent where all are. `read` is what came of it, as far as it is known. */
  concerns?(files: readonly string[], folder: string, read?: DesiredEnvironment): boolean;
  /** Whether it says something else than what came of `read`: what a pass waits for is void then; absent: yes. */
  isWord?(read: DesiredEnvironment): boolean;
}

/** What a source declares at one moment. */
export interface Declaration extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly revision: Revision;
  /** Environments that have manifests, those with mistakes included, abstract ones not; sorted. */
  names(signal: AbortSignal): Promise<readonly string[]>;
  /** Throws InvalidManifestsError for mistakes, and `environment_not_found`. */
  load(name: string, signal: AbortSignal): Promise<Declared>;
  /** Those of trueup itself, as this revision has them; absent where nobody takes them up. */
  settings?(): Promise<LoadedSettings>;
  /** The same at an earlier commit, for who holds a revision. */
  loadAt(name: string, commit: string, signal: AbortSignal): Promise<Declared>;
}

export interface Declared {
  readonly environment: DesiredEnvironment;
  readonly warnings: readonly Diagnostic[];
}
