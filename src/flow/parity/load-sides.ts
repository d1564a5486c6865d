/**
 * Loads what the words of `parity` stand for. Manifests are loaded once however many words mean them, and engines are looked
 * at only in runtime mode. What has mistakes is an answer and no throw: the others may be compared all the same.
 */
import { resolve } from 'node:path';
import { resolveCommit } from '../../git/revisions.ts';
import type { Folder } from '../../manifest/folder.ts';
import { FolderCache } from '../../manifest/folder-cache.ts';
import type { LoadResult } from '../../manifest/load.ts';
import { SETTINGS_FILE } from '../../manifest/settings.ts';
import type { DriverModel, DriverRegistry } from '../../drivers/driver.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { type Diagnostic, sortDiagnostics } from '../../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import type { ComparisonMode } from '../../model/parity.ts';
import { readObservationFile } from '../../state/observation-file.ts';
import { declaredNames } from '../declared-names.ts';
import { environmentNotFound, loadDesired, type LoadOptions } from '../load.ts';
import { takeObservation } from '../observing.ts';
import { loadPinned, type PinnedLoad } from '../pinned-load.ts';
import type { Workspace } from '../workspace.ts';
import { declaredParts } from './declared-parts.ts';
import { observedParts } from './observed-parts.ts';
import { partialParts } from './partial-parts.ts';
import type { SideParts } from './side-parts.ts';
import type { SideWord } from './side-word.ts';

export interface SidesRequest {
  readonly words: readonly SideWord[];
  readonly mode: ComparisonMode;
  readonly inputs: Omit<LoadOptions, 'at' | 'parse' | 'secrets' | 'nameDeclared' | 'name'>;
  /** Paths of observations are relative to it. */
  readonly directory: string;
  /** ISO 8601. */
  readonly now: string;
}

export type LoadedSide =
  | {
      readonly status: 'loaded';
      readonly parts: SideParts;
      /** What the revision does not decide, each in a few words. */
      readonly unpinned: readonly string[];
      /** What could not be read beside it. */
      readonly problems: readonly TrueupError[];
    }
  | {
      readonly status: 'invalid';
      readonly label: string;
      readonly error: InvalidManifestsError;
      /** What its mistakes do not touch; `null` where they are of the environment as such, or where more than manifests is asked. */
      readonly partial: SideParts | null;
    };

/** In the order of the words. Throws for what no manifest can mend. `cache`: of manifests that other loads have read. */
export async function loadSides(
  workspace: Workspace,
  request: SidesRequest,
  signal: AbortSignal,
  cache: FolderCache<Folder> = new FolderCache(),
): Promise<readonly LoadedSide[]> {
  const loader = new SideLoader(workspace, request, signal, cache);
  const sides: LoadedSide[] = [];
  // One after the other: looks at engines are not to get into each other's way, and the first mistake is the one told.
  for (const word of request.words) sides.push(await loader.load(word));
  return sides;
}

/** The models of the drivers that the sides speak of, by the driver's name. */
export async function modelsOfSides(
  sides: readonly SideParts[],
  drivers: DriverRegistry,
): Promise<ReadonlyMap<string, DriverModel>> {
  const names = new Set(sides.flatMap(({ engines }) => engines.map(({ driver }) => driver)));
  return modelsNamed(names, drivers);
}

async function modelsNamed(
  names: Iterable<string>,
  drivers: DriverRegistry,
): Promise<ReadonlyMap<string, DriverModel>> {
  const models = new Map<string, DriverModel>();
  for (const name of names) {
    const driver = await drivers.load(name);
    if (driver !== null) models.set(name, driver.model);
  }
  return models;
}

class SideLoader {
  readonly #workspace: Workspace;
  readonly #request: SidesRequest;
  readonly #signal: AbortSignal;
  readonly #options: LoadOptions;
  readonly #cache: FolderCache<Folder>;
  readonly #commits = new Map<string, Promise<PinnedLoad>>();
  #workingTree: Promise<LoadResult> | null = null;

  constructor(workspace: Workspace, request: SidesRequest, signal: AbortSignal, cache: FolderCache<Folder>) {
    this.#cache = cache;
    this.#workspace = workspace;
    this.#request = request;
    this.#signal = signal;
    const { inputs, mode } = request;
    // What engines give back is known to be secret only where the secrets are known.
    this.#options =
      mode === 'runtime'
        ? { ...inputs, secrets: 'resolve' }
        : { ...inputs, secrets: 'leave', nameDeclared: declaredNames() };
  }

  load(word: SideWord): Promise<LoadedSide> {
    switch (word.kind) {
      case 'environment':
        return this.#fromWorkingTree(word);
      case 'revision':
        return this.#fromRevision(word);
      case 'observation':
        return this.#fromFile(word);
      default:
        return word satisfies never;
    }
  }

  async #fromWorkingTree(word: Extract<SideWord, { kind: 'environment' }>): Promise<LoadedSide> {
    const { name, label } = word;
    this.#workingTree ??= loadDesired(this.#workspace, this.#options, this.#signal);
    const result = await this.#workingTree;
    const environment = result.environments.find((candidate) => candidate.name === name);
    if (environment === undefined) {
      assertFound(name, result);
      const alone = await loadDesired(this.#workspace, { ...this.#options, name }, this.#signal);
      return this.#invalid(word, new InvalidManifestsError(mistakesOf(alone, result)), result);
    }
    if (this.#request.mode === 'runtime') return this.#observed(environment, label);
    const parts = declaredParts(environment, label, this.#workspace.repository.root);
    return { status: 'loaded', parts: this.#asCompared(parts), unpinned: [], problems: [] };
  }

  /** Rules, waivers and pairs decide as well as manifests do, so that what nobody has committed of them counts, too. */
  #asCompared(parts: SideParts): SideParts {
    const { revision } = parts;
    if (revision === null || revision.dirty) return parts;
    return { ...parts, revision: { ...revision, dirty: this.#workspace.repository.revisionOf([SETTINGS_FILE]).dirty } };
  }

  async #observed(environment: DesiredEnvironment, label: string): Promise<LoadedSide> {
    const { now } = this.#request;
    const { observation, problems } = await takeObservation(this.#workspace, environment, now, this.#signal);
    const models = await this.#models(observation.engines);
    const parts = observedParts({ observation, label, declared: environment, folder: environment.folder, models });
    return { status: 'loaded', parts, unpinned: [], problems };
  }

  async #fromRevision(word: Extract<SideWord, { kind: 'revision' }>): Promise<LoadedSide> {
    const { name, label, revision } = word;
    if (this.#request.mode === 'runtime') {
      throw new TrueupError('usage', `nothing runs at a revision: ${label} has no runtime`, {
        next: `name the environment alone (\`${name}\`), or compare what is declared with \`--mode semantic\``,
      });
    }
    const { root } = this.#workspace.repository;
    const commit = await resolveCommit(root, revision, this.#signal);
    const loading =
      this.#commits.get(commit) ?? loadPinned(this.#workspace, commit, this.#options, this.#signal, this.#cache);
    this.#commits.set(commit, loading);
    const pinned = await loading;
    const environment = pinned.result.environments.find((candidate) => candidate.name === name);
    if (environment === undefined) {
      assertFound(name, pinned.result, commit);
      const alone = await loadPinned(this.#workspace, commit, { ...this.#options, name }, this.#signal);
      const readFrom = { commit, texts: new Map([...pinned.texts, ...alone.texts]) };
      const diagnostics = mistakesOf(alone.result, pinned.result);
      return this.#invalid(word, new InvalidManifestsError(diagnostics, readFrom), pinned.result);
    }
    const parts = declaredParts(environment, label, root);
    return { status: 'loaded', parts, unpinned: pinned.unpinned(environment), problems: [] };
  }

  async #fromFile({ label, path }: Extract<SideWord, { kind: 'observation' }>): Promise<LoadedSide> {
    const observation = await readObservationFile(resolve(this.#request.directory, path));
    assertName(observation.environment, path);
    const models = await this.#models(observation.engines);
    const folder = `${this.#workspace.settings.folders.environments}/${observation.environment}`;
    const parts = observedParts({ observation, label, declared: null, folder, models });
    return { status: 'loaded', parts, unpinned: [], problems: [] };
  }

  #invalid(
    { kind, name, label }: Extract<SideWord, { kind: 'environment' | 'revision' }>,
    error: InvalidManifestsError,
    result: LoadResult,
  ): LoadedSide {
    const partial = result.partial.find((candidate) => candidate.name === name);
    const isKnown = partial !== undefined && this.#request.mode !== 'runtime';
    if (!isKnown) return { status: 'invalid', label, error, partial: null };
    const parts = partialParts(partial, label, this.#workspace.repository.root);
    return { status: 'invalid', label, error, partial: kind === 'environment' ? this.#asCompared(parts) : parts };
  }

  #models(engines: readonly { readonly driver: string }[]): Promise<ReadonlyMap<string, DriverModel>> {
    return modelsNamed(new Set(engines.map(({ driver }) => driver)), this.#workspace.drivers);
  }
}

/** What two environments may not both have is found only where both are loaded. */
function mistakesOf(alone: LoadResult, all: LoadResult): readonly Diagnostic[] {
  const files = new Set(alone.files);
  const ofFiles = all.diagnostics.filter(({ source }) => source !== null && files.has(source.file));
  const found = [...alone.diagnostics, ...ofFiles];
  return sortDiagnostics([...new Map(found.map((one) => [JSON.stringify(one), one] as const)).values()]);
}

/** Throws `environment_not_found` for what nobody declares; what is declared has mistakes. */
function assertFound(name: string, { found }: Pick<LoadResult, 'found'>, commit: string | null = null): void {
  const declared = found.filter(({ abstract }) => !abstract).map((item) => item.name);
  if (declared.includes(name)) return;
  if (commit === null) throw environmentNotFound(name, declared);
  throw new TrueupError('environment_not_found', `${commit.slice(0, 12)} declares no environment "${name}"`, {
    fields: { environment: name, commit },
    next: `declared there: ${declared.join(', ') || 'none'}`,
  });
}

const ENVIRONMENT_NAME = /^[a-z0-9][a-z0-9_.-]{0,62}$/;

/** Reports lie in a folder of that name. */
function assertName(environment: string, path: string): void {
  if (ENVIRONMENT_NAME.test(environment)) return;
  throw new TrueupError('invalid_observation_file', `${path} is of what can be no environment`, {
    fields: { path },
    next: 'save a new one with `trueup observe --out FILE`',
  });
}
