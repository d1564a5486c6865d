/**
 * Bisect: which commit broke an environment. Walks the commits between a good and a bad one by git's own midpoints, over
 * merges too, in a throwaway copy that each commit becomes in turn. Nothing is checked out, and nothing of the repo or of
 * the real environment is touched. Both ends are proved first: a bisect between wrong ends finds a wrong commit.
 */
import { describeCommit, isAncestor, midpoint } from '../git/revisions.ts';
import type { Bisected, CommitInfo, Judgement } from '../model/bisect.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { copyName } from './bisect-copy.ts';
import { desiredChanges } from './bisect-differences.ts';
import { Judge } from './bisect-judge.ts';
import { BisectStage, type StageOptions } from './bisect-stage.ts';
import type { Workspace } from './workspace.ts';

export interface BisectRequest extends StageOptions {
  readonly environment: string;
  readonly good: CommitInfo;
  readonly bad: CommitInfo;
  /** What a commit declares; see `Judging.load`. */
  load(commit: string): Promise<DesiredEnvironment>;
  /** Told before a commit is looked at: how many are in question, and about how many looks remain. */
  onLook(commit: CommitInfo, left: { readonly commits: number; readonly steps: number } | null): void;
  onJudged(judgement: Judgement): void;
}

/** Refuses ends between which nothing can be found. Needs no engine. */
export async function assertBounds(
  root: string,
  good: CommitInfo,
  bad: CommitInfo,
  signal: AbortSignal,
): Promise<void> {
  if (good.commit === bad.commit) throw wrongBounds('GOOD and BAD are the same commit', good, bad);
  if (await isAncestor(root, good.commit, bad.commit, signal)) return;
  const isReversed = await isAncestor(root, bad.commit, good.commit, signal);
  const message = isReversed
    ? 'GOOD is younger than BAD: this finds what broke, not what mended'
    : 'GOOD is no ancestor of BAD, or the clone is shallow and does not reach that far';
  throw wrongBounds(message, good, bad);
}

export async function bisect(workspace: Workspace, request: BisectRequest, signal: AbortSignal): Promise<Bisected> {
  const first = await request.load(request.good.commit);
  const last = await request.load(request.bad.commit).catch(() => null);
  signal.throwIfAborted();
  await using stage = await BisectStage.open(workspace, first, request, signal);
  for (const end of [first, last]) if (end !== null) await stage.assertRoom(end);
  const judge = new Judge({ load: request.load, stage });
  const judged: Judgement[] = [];
  const look = async (commit: CommitInfo, left: Parameters<BisectRequest['onLook']>[1]): Promise<Judgement> => {
    request.onLook(commit, left);
    const judgement = await judge.judge(commit);
    judged.push(judgement);
    request.onJudged(judgement);
    return judgement;
  };
  const good = await look(request.good, null);
  if (good.verdict === 'bad') throw notAsSaid('GOOD', good);
  const bad = await look(request.bad, null);
  if (bad.verdict === 'good') throw notAsSaid('BAD', bad);
  const found = await narrowed(workspace.repository.root, bad, [request.good.commit], look, stage.signal);
  const [parent = null] = found.commit.parents;
  const before = parent === null ? null : await request.load(parent).catch(() => null);
  stage.signal.throwIfAborted();
  const after = found.environment;
  const changes = before === null || after === null ? null : desiredChanges(before, after);
  const { environment, good: from, bad: to } = request;
  return { environment, good: from, bad: to, first_bad: found, parent, changes, judged };
}

type Look = (
  commit: CommitInfo,
  left: { readonly commits: number; readonly steps: number } | null,
) => Promise<Judgement>;

/** Halves what is in question until one commit is left. */
async function narrowed(
  root: string,
  bad: Judgement,
  good: readonly string[],
  look: Look,
  signal: AbortSignal,
): Promise<Judgement> {
  const known = [...good];
  let found = bad;
  for (;;) {
    const { commit, left, steps } = await midpoint(root, found.commit.commit, known, signal);
    if (commit === found.commit.commit) return found;
    const judgement = await look(await describeCommit(root, commit, signal), { commits: left, steps });
    if (judgement.verdict === 'good') known.push(commit);
    else found = judgement;
  }
}

function wrongBounds(reason: string, { commit: good }: CommitInfo, { commit: bad }: CommitInfo): TrueupError {
  return new TrueupError('bisect_bounds', `${reason} (GOOD ${good.slice(0, 12)}, BAD ${bad.slice(0, 12)})`, {
    fields: { good, bad },
    next: 'name the older commit, which works, first: `trueup bisect GOOD BAD`',
  });
}

function notAsSaid(which: 'GOOD' | 'BAD', { commit: { commit }, reason, environment }: Judgement): TrueupError {
  const name = commit.slice(0, 12);
  const message =
    which === 'GOOD'
      ? `GOOD is not good: ${name} does not work in a copy of the environment: ${reason ?? ''}`
      : `BAD is not bad: every gate of ${name} opens in a copy of the environment`;
  const copied = environment === null ? '' : ` (${copyName(environment.name)})`;
  return new TrueupError('bisect_bounds', message, {
    fields: { commit, which },
    next:
      which === 'GOOD'
        ? `name an older commit that works; in the copy${copied} mounted folders are read-only and volumes begin empty`
        : 'name a commit at which it fails; what fails only with the real data, no copy can show',
  });
}
