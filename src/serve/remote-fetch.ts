/** What a remote has now, brought to where it can be served: fetched, verified, and its files in place. */
import { dropCache, isAhead, maintainCache, tagsAt } from '../git/clone-cache.ts';
import { type FetchedRef, fetchRef } from '../git/fetch-ref.ts';
import { checkOut, hasCommit, placeCommit } from '../git/managed-clone.ts';
import { outwardLinks } from '../git/outward-links.ts';
import type { RefSpec } from '../git/ref-spec.ts';
import { type RemoteAccess, tooLarge } from '../git/remote-access.ts';
import { sizeOfFiles } from '../git/size-of-files.ts';
import { type SignaturePolicy, verifySigned } from '../git/verify.ts';
import { TrueupError } from '../model/failure.ts';
import type { ServedFolder, ServedRevision } from '../state/served-folder.ts';
import { lockOf } from './remote-lock.ts';

export interface RemoteFetchOptions {
  readonly access: RemoteAccess;
  readonly folder: ServedFolder;
  /** `null`: signatures do not matter. */
  readonly verify: SignaturePolicy | null;
  /** Whether it is somebody else's, of which nothing may lead out of its clone. */
  readonly isForeign: boolean;
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
  { access, folder, verify, isForeign }: RemoteFetchOptions,
  ref: RefSpec,
  before: InPlace | null,
  signal: AbortSignal,
): Promise<Brought> {
  const { cache, clone } = folder;
  const { url, limits } = access;
  await using _lock = await lockOf(cache, { url: url.shown, timeoutMs: limits.totalMs, signal });
  let fetched = await fetchRef(access, cache, ref, signal);
  const isSame = fetched.commit === before?.commit;
  const isKnown = isSame && before.isVerified && fetched.tag?.object === before.tag?.object;
  if (verify !== null && !isKnown) await verifySigned(cache, fetched, verify, signal);
  if (isSame) return { ...fetched, isRewritten: false };
  const assertHarmless = async ({ commit }: { readonly commit: string }): Promise<void> => {
    if (!isForeign) return;
    await assertFits(access, cache, commit, signal);
    await assertConfined(cache, commit, signal);
  };
  await assertHarmless(fetched);
  try {
    await placeCommit(clone, cache, fetched.commit, signal);
  } catch {
    signal.throwIfAborted();
    // What came from a damaged cache says so only when it is read.
    await dropCache(cache);
    fetched = await fetchRef(access, cache, ref, signal);
    if (verify !== null) await verifySigned(cache, fetched, verify, signal);
    // The remote may have moved on meanwhile.
    await assertHarmless(fetched);
    await placeCommit(clone, cache, fetched.commit, signal);
  }
  const isRewritten = before !== null && !(await isAhead(cache, before.commit, fetched.commit, signal));
  await maintainCache(cache, signal);
  return { ...fetched, isRewritten };
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

/** Git packs a gigabyte of nothing into a megabyte: its files are counted before any of them is written. */
async function assertFits(access: RemoteAccess, cache: string, commit: string, signal: AbortSignal): Promise<void> {
  if ((await sizeOfFiles(cache, commit, signal)) > access.limits.maxBytes) throw tooLarge(access, 'files');
}

/** Before its files are anywhere. */
async function assertConfined(cache: string, commit: string, signal: AbortSignal): Promise<void> {
  const [first, ...more] = await outwardLinks(cache, commit, signal);
  if (first === undefined) return;
  const others = more.length === 0 ? '' : `, and ${more.length} more such links`;
  const message = `commit ${commit.slice(0, 12)} is refused: the link ${first.path} leads out of its repo${others}`;
  throw new TrueupError('file_unreadable', message, {
    fields: { reason: 'outward_link', commit, paths: [first, ...more].slice(0, 20).map(({ path }) => path) },
    next: 'have the link removed; what was read last stays',
  });
}
