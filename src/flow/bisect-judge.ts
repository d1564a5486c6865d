/**
 * Judges one commit: good where a copy of the environment gets all its gates open, bad where it does not, or where the
 * manifests have mistakes. What says nothing about the commit, such as an engine that does not answer, is an error.
 */
import { performance } from 'node:perf_hooks';
import type { CommitInfo, Judgement, Staged } from '../model/bisect.ts';
import type { FailureCode } from '../model/codes.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import { canonicalJson, parseJson } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { BisectStage } from './bisect-stage.ts';

export interface Judging {
  /** Reads what a commit declares; throws InvalidManifestsError or `environment_not_found` where it does not. */
  load(commit: string): Promise<DesiredEnvironment>;
  readonly stage: BisectStage;
}

/** Says so of the engines, the registries or this machine, and nothing of the commit. */
const UNDECIDED: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'engine_unreachable',
  'registry_denied',
  'registry_unavailable',
  'port_in_use',
  'name_in_use',
  'state_unwritable',
  'secret_unavailable',
  'internal',
]);

export class Judge {
  readonly #judging: Judging;
  /** By what is declared: commits that declare the same are the same. */
  readonly #known = new Map<string, Judgement>();

  constructor(judging: Judging) {
    this.#judging = judging;
  }

  async judge(commit: CommitInfo): Promise<Judgement> {
    const startedAt = performance.now();
    const ended = (result: Omit<Judgement, 'commit' | 'duration_ms' | 'same_as'>): Judgement => ({
      ...result,
      commit,
      same_as: null,
      duration_ms: Math.round(performance.now() - startedAt),
    });
    const read = await this.#read(commit.commit);
    if (!('environment' in read)) return ended({ ...read, verdict: 'bad', environment: null, staged: null });
    const { environment } = read;
    const declared = declarationOf(environment);
    const known = this.#known.get(declared);
    if (known !== undefined) return { ...ended(known), same_as: known.commit.commit, environment };
    const judgement = ended({ ...(await this.#try(commit.commit, environment)), environment });
    this.#known.set(declared, judgement);
    return judgement;
  }

  async #read(
    commit: string,
  ): Promise<
    | { readonly environment: DesiredEnvironment }
    | { readonly reason: string; readonly diagnostics: readonly Diagnostic[] }
  > {
    try {
      return { environment: await this.#judging.load(commit) };
    } catch (error) {
      if (error instanceof InvalidManifestsError) {
        const secret = error.diagnostics.find(({ code }) => code === 'invalid_secret');
        // What a secret file holds, or that it is there at all, is no matter of the commit.
        if (secret !== undefined) throw notJudged(commit, secret.summary);
        return { reason: error.message, diagnostics: error.diagnostics };
      }
      if (!(error instanceof TrueupError) || error.code !== 'environment_not_found') throw error;
      return { reason: error.message, diagnostics: [] };
    }
  }

  async #try(
    commit: string,
    environment: DesiredEnvironment,
  ): Promise<Omit<Judgement, 'commit' | 'duration_ms' | 'same_as' | 'environment'>> {
    const { stage } = this.#judging;
    const hadData = stage.holdsData;
    let verdict = await this.#look(commit, environment);
    if (verdict.verdict === 'good') return verdict;
    await stage.clear();
    if (!hadData) return verdict;
    // What another commit has written may be what this one stumbled over.
    verdict = await this.#look(commit, environment);
    if (verdict.verdict === 'bad') await stage.clear();
    return verdict;
  }

  async #look(
    commit: string,
    environment: DesiredEnvironment,
  ): Promise<Omit<Judgement, 'commit' | 'duration_ms' | 'same_as' | 'environment'>> {
    const { stage } = this.#judging;
    const staged = await this.#become(environment);
    if (staged instanceof InvalidManifestsError) {
      return { verdict: 'bad', reason: staged.message, diagnostics: staged.diagnostics, staged: null };
    }
    stage.signal.throwIfAborted();
    const { plan, run } = staged;
    const undecided = run === null ? hindrance(plan) : runHindrance(run);
    if (undecided !== null) throw notJudged(commit, undecided);
    const { diagnostics } = plan;
    if (run?.status === 'succeeded') return { verdict: 'good', reason: null, diagnostics, staged };
    return { verdict: 'bad', reason: run === null ? planReason(plan) : runReason(run), diagnostics, staged };
  }

  async #become(environment: DesiredEnvironment): Promise<Staged | InvalidManifestsError> {
    try {
      return await this.#judging.stage.become(environment);
    } catch (error) {
      if (error instanceof InvalidManifestsError) return error;
      throw error;
    }
  }
}

/** All that a run of it depends on, but for the world. */
function declarationOf({ resources, engines, moved }: DesiredEnvironment): string {
  const declared = [...resources.values()].map(({ untracked: _, ...resource }) => resource);
  return canonicalJson(parseJson(JSON.stringify({ declared, engines, moved })));
}

function hindrance(plan: Plan): string | null {
  const engine = plan.inputs.engines.find(({ status }) => status === 'unreachable');
  if (engine !== undefined) return `engine "${engine.name}" does not answer: ${engine.error ?? ''}`;
  return plan.conflicts[0]?.summary ?? null;
}

function runHindrance({ steps }: Run): string | null {
  return steps.find(({ error }) => error !== null && UNDECIDED.has(error.code))?.error?.message ?? null;
}

function notJudged(commit: string, reason: string): TrueupError {
  return new TrueupError('bisect_undecided', `${commit.slice(0, 12)} could not be judged: ${reason}`, {
    fields: { commit },
    next: 'put that right, and bisect again: `trueup doctor` says how the engines are',
  });
}

function planReason({ diagnostics }: Plan): string {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  return first === undefined ? 'it cannot be carried out' : first.summary;
}

function runReason({ steps, gates }: Run): string {
  const failed = steps.find(({ status }) => status === 'failed');
  if (failed !== undefined) return `${failed.address}: ${failed.error?.message ?? `${failed.verb} failed`}`;
  const unmet = gates.find(({ met }) => !met);
  return unmet === undefined
    ? 'the run did not end well'
    : `${unmet.address}: ${unmet.reason ?? `${unmet.condition} is not met`}`;
}
