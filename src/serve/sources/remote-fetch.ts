/** What a remote has now, brought to where it can be served: fetched, verified, and its files in place. */
import { commitRefused } from '../../git/commit-refused.ts';
import { dropCache, isAhead, maintainCache, tagsAt } from '../../git/clone-cache.ts';
import { type FetchedRef, fetchRef } from '../../git/fetch-ref.ts';
import { checkOut, hasCommit, placeCommit } from '../../git/managed-clone.ts';
import { outwardLinks } from '../../git/outward-links.ts';
import { notPlaced, placeTrouble } from '../../git/place-trouble.ts';
import type { RefSpec } from '../../git/ref-spec.ts';
import { type RemoteAccess, tooLarge } from '../../git/remote-access.ts';
import { sizeOfFiles } from '../../git/size-of-files.ts';
import { type SignaturePolicy, verifySigned } from '../../git/verify.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ServedFolder, ServedRevision } from '../../state/served-folder.ts';
import type { Refusals } from './refusals.ts';
import { lockOf } from './remote-lock.ts';

export interface RemoteFetchOptions {
  readonly access: RemoteAccess;
  readonly folder: ServedFolder;
  /** `null`: signatures do not matter. */
  readonly verify: SignaturePolicy | null;
  /** Whether it is somebody else's, of which nothing may lead out of its clone. */
  readonly isForeign: boolean;
  readonly refusals: Refusals;
  /** Told what is done from here on, in words that follow "is". */
  readonly step?: (doing: string) => void;
}

export interface Brought extends FetchedRef {
  /** Whether the commit before is no longer among its ancestors. */
  readonly isRewritten: boolean;
}

/** What is in place, as this process knows. */
export interface InPlace {
  readonly commit: string;
  readonly tag: FetchedRef['tag'];
  /** Whether it was verified a short while ago: a key may expire, but not every minute. */
  readonly isVerified: boolean;
}

/** Nothing is put into place that is not verified. Where the remote has what is in place, little is done. */
export async function bring(
  options: RemoteFetchOptions,
  ref: RefSpec,
  before: InPlace | null,
  signal: AbortSignal,
): Promise<Brought> {
  const { access, folder, verify, refusals, step } = options;
  const { cache } = folder;
  const { url, limits } = access;
  step?.('waited for, because another process uses its cache');
  await using _lock = await lockOf(cache, { url: url.shown, timeoutMs: limits.totalMs, signal });
  step?.('fetched');
  const fetched = await refusals.transfer(() => fetchRef(access, cache, ref, signal));
  const isSame = fetched.commit === before?.commit;
  const isKnown = isSame && before.isVerified && fetched.tag?.object === before.tag?.object;
  if (verify !== null && !isKnown) await verifySigned(cache, fetched, verify, signal);
  if (isSame) return { ...fetched, isRewritten: false };
  const placed = await refusals.ofCommit(fetched.commit, () => put(options, ref, fetched, signal));
  const isRewritten = before !== null && !(await isAhead(cache, before.commit, placed.commit, signal));
  await maintainCache(cache, signal);
  return { ...placed, isRewritten };
}

/** Puts the files of what was fetched into place: of that, or of what the remote has moved on to meanwhile. */
async function put(
  options: RemoteFetchOptions,
  ref: RefSpec,
  fetched: FetchedRef,
  signal: AbortSignal,
): Promise<FetchedRef> {
  const { access, folder, verify, refusals, step } = options;
  const { cache, clone } = folder;
  try {
    await assertHarmless(options, fetched.commit, signal);
    step?.(placing(fetched));
    await placeCommit(clone, cache, fetched.commit, signal);
    return fetched;
  } catch (error) {
    signal.throwIfAborted();
    if (placeTrouble(error, fetched.commit) !== null) throw error;
  }
  // What came from a damaged cache says so only when it is read.
  step?.('fetched anew, because its cache is damaged');
  await dropCache(cache);
  const again = await refusals.transfer(() => fetchRef(access, cache, ref, signal));
  if (verify !== null) await verifySigned(cache, again, verify, signal);
  try {
    await assertHarmless(options, again.commit, signal);
    step?.(placing(again));
    await placeCommit(clone, cache, again.commit, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw notPlaced(error, again.commit);
  }
  return again;
}

/** Puts back what was verified before, without the remote. `null` where it is not whole; throws where it is not signed. */
export async function takeUp(
  { folder, verify }: RemoteFetchOptions,
  revision: ServedRevision,
  signal: AbortSignal,
): Promise<string | null> {
  const { clone } = folder;
  if (!(await hasCommit(clone, revision.commit, signal))) return null;
  if (verify !== null) await verifySigned(clone, revision, verify, signal);
  await checkOut(clone, revision.commit, signal);
  return revision.commit;
}

/** Of a commit that was in place once, and is to be held to. Throws `signature_refused`. */
export async function verifyHeld(
  { folder: { clone, cache }, verify }: Pick<RemoteFetchOptions, 'folder' | 'verify'>,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  if (verify === null) return;
  let refusal: TrueupError | null = null;
  for (const tag of verify.mode === 'commit' ? [] : await tagsAt(cache, commit, signal)) {
    try {
      await verifySigned(cache, { commit, tag }, verify, signal);
      return;
    } catch (error) {
      if (!(error instanceof TrueupError)) throw error;
      refusal ??= error;
    }
  }
  if (refusal !== null) throw refusal;
  await verifySigned(clone, { commit, tag: null }, verify, signal);
}

function placing({ commit }: FetchedRef): string {
  return `put into place at commit ${commit.slice(0, 12)}`;
}

/** Before the files of somebody else's commit are anywhere. */
async function assertHarmless(
  { access, folder: { cache }, isForeign, step }: RemoteFetchOptions,
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  if (!isForeign) return;
  step?.(`looked through at commit ${commit.slice(0, 12)}`);
  // Git packs a gigabyte of nothing into a megabyte: its files are counted before any of them is written.
  if ((await sizeOfFiles(cache, commit, signal)) > access.limits.maxBytes) throw tooLarge(access, 'files');
  const [first, ...more] = await outwardLinks(cache, commit, signal);
  if (first === undefined) return;
  const others = more.length === 0 ? '' : `; ${more.length} more such links`;
  throw commitRefused(commit, {
    reason: 'outward_link',
    why: `the link ${first.path} ${first.why}${others}`,
    paths: [first, ...more].map(({ path }) => path),
    next: 'have the link removed; what was read last stays',
  });
}
