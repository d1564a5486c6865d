/**
 * Which commit made a parity better or worse: both sides as they were declared between two reports, halved as `git bisect` does.
 * No engine is asked. A commit is named only where parity is otherwise with it and not yet with any before it; rules and waivers
 * are those of each commit, and of the day of the report.
 */
import { bisectOrder } from '../../git/bisect-order.ts';
import { findCommit, mergeBase } from '../../git/revisions.ts';
import type { Folder } from '../../manifest/folder.ts';
import { FolderCache } from '../../manifest/folder-cache.ts';
import { loadSettings } from '../../manifest/settings.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ComparisonMode, ParitySettings } from '../../model/parity.ts';
import { type KeptParity, type ParityTrend, trendOf, type WeighedParity } from '../../report/parity-history.ts';
import { openCommit } from '../at-revision.ts';
import type { Workspace } from '../workspace.ts';
import { parityOf } from './comparing.ts';
import { loadSides, modelsOfSides, type SidesRequest } from './load-sides.ts';
import type { SideWord } from './side-word.ts';

/** An environment of the working tree, or one at a revision. */
export type DeclaredWord = Exclude<SideWord, { readonly kind: 'observation' }>;

export interface SearchRequest {
  readonly source: DeclaredWord;
  readonly target: DeclaredWord;
  readonly mode: Exclude<ComparisonMode, 'runtime'>;
  readonly inputs: SidesRequest['inputs'];
}

export type SearchedCommit =
  | { readonly status: 'found'; readonly side: 'source' | 'target' | 'both'; readonly commit: string }
  /** What the two commits declare is no reason for it. */
  | { readonly status: 'elsewhere' }
  /** Some commit between is not to be had, or has mistakes. */
  | { readonly status: 'unknown' };

interface Commits {
  readonly source: string;
  readonly target: string;
}

/** So many commits that cannot be compared are passed over before a search is given up. */
const MOST_SKIPPED = 8;

const UNKNOWN: SearchedCommit = { status: 'unknown' };

export class HistorySearch {
  readonly #workspace: Workspace;
  readonly #request: SearchRequest;
  readonly #signal: AbortSignal;
  readonly #cache = new FolderCache<Folder>();
  readonly #looked = new Map<string, Promise<WeighedParity | null>>();

  constructor(workspace: Workspace, request: SearchRequest, signal: AbortSignal) {
    this.#workspace = workspace;
    this.#request = request;
    this.#signal = signal;
  }

  /** `trend` is that of the later report against the earlier one. */
  async find(earlier: KeptParity, later: KeptParity, trend: ParityTrend): Promise<SearchedCommit> {
    const [first, last] = await Promise.all([this.#commitsOf(earlier), this.#commitsOf(later)]);
    if (first === null || last === null) return UNKNOWN;
    const { timestamp } = later;
    const before = await this.#look(first, timestamp);
    if (before === null) return UNKNOWN;
    const isThere = async (commits: Commits): Promise<boolean | null> => {
      const found = await this.#look(commits, timestamp);
      return found === null ? null : trendOf(before, found) === trend;
    };
    const isReason = await isThere(last);
    if (isReason !== true) return isReason === null ? UNKNOWN : { status: 'elsewhere' };
    if (first.source === first.target && last.source === last.target) {
      const commit = await this.#halve(first.source, last.source, (one) => isThere({ source: one, target: one }));
      return commit === null ? UNKNOWN : { status: 'found', side: 'both', commit };
    }
    const bySource = await isThere({ source: last.source, target: first.target });
    if (bySource === null) return UNKNOWN;
    const commit = bySource
      ? await this.#halve(first.source, last.source, (source) => isThere({ source, target: first.target }))
      : await this.#halve(first.target, last.target, (target) => isThere({ source: last.source, target }));
    return commit === null ? UNKNOWN : { status: 'found', side: bySource ? 'source' : 'target', commit };
  }

  /** Where this clone has both. */
  async #commitsOf({ revisions }: KeptParity): Promise<Commits | null> {
    const { root } = this.#workspace.repository;
    const [source, target] = await Promise.all(
      [revisions.source?.commit, revisions.target?.commit].map(async (commit) =>
        commit === null || commit === undefined ? null : findCommit(root, commit, this.#signal),
      ),
    );
    return source === null || source === undefined || target === null || target === undefined
      ? null
      : { source, target };
  }

  /** The first commit with which it is so; `null` where that cannot be told. */
  async #halve(
    good: string,
    bad: string,
    isThere: (commit: string) => Promise<boolean | null>,
  ): Promise<string | null> {
    const { root } = this.#workspace.repository;
    const base = await mergeBase(root, good, bad, this.#signal);
    // Of two branches it may be the one that was left.
    if (base === null || (base !== good && (await isThere(base)) !== false)) return null;
    const known = [base];
    const skipped = new Set<string>();
    let suspect = bad;
    for (;;) {
      const left = (await bisectOrder(root, suspect, known, this.#signal)).filter((commit) => commit !== suspect);
      const next = left.find((commit) => !skipped.has(commit));
      if (next === undefined) return left.length === 0 ? suspect : null;
      const answer = await isThere(next);
      if (answer === null) skipped.add(next);
      else if (answer) suspect = next;
      else known.push(next);
      if (skipped.size > MOST_SKIPPED) return null;
    }
  }

  /** What parity was; `null` where it cannot be told. */
  #look(commits: Commits, timestamp: string): Promise<WeighedParity | null> {
    // Waivers end with a day.
    const key = `${commits.source} ${commits.target} ${timestamp.slice(0, 10)}`;
    const looking = this.#looked.get(key) ?? this.#compare(commits, timestamp);
    this.#looked.set(key, looking);
    return looking;
  }

  async #compare(commits: Commits, timestamp: string): Promise<WeighedParity | null> {
    const { source, target, mode, inputs } = this.#request;
    this.#cache.turn();
    const words = [atCommit(source, commits.source), atCommit(target, commits.target)];
    const request = { words, mode, inputs, directory: this.#workspace.repository.root, now: timestamp };
    try {
      const settings = await this.#settingsAt(source.kind === 'environment' ? commits.source : commits.target);
      if (settings === null) return null;
      const [left, right] = await loadSides(this.#workspace, request, this.#signal, this.#cache);
      if (left?.status !== 'loaded' || right?.status !== 'loaded') return null;
      const models = await modelsOfSides([left.parts, right.parts], this.#workspace.drivers);
      const sides = { source: left.parts, target: right.parts };
      const { metadata } = parityOf({ ...sides, mode, models, settings, id: '', timestamp, tool: '' });
      const { score, severities, unknown } = metadata;
      return { score, severities, unknown: unknown.length > 0 };
    } catch (error) {
      // One of the two was not there yet, or what is read with it cannot be.
      if (error instanceof TrueupError && error.code !== 'interrupted') return null;
      throw error;
    }
  }

  /** `null` where they have mistakes. Two environments that are both pinned are judged by the settings of today. */
  async #settingsAt(commit: string): Promise<ParitySettings | null> {
    const { source, target } = this.#request;
    if (source.kind === 'revision' && target.kind === 'revision') return this.#workspace.settings.parity;
    await using opened = openCommit(this.#workspace, commit, this.#signal);
    const { settings, diagnostics } = await loadSettings(opened.tree);
    return hasErrors(diagnostics) ? null : settings.parity;
  }
}

function atCommit({ name, label }: DeclaredWord, commit: string): SideWord {
  return { kind: 'revision', name, label, revision: commit };
}
