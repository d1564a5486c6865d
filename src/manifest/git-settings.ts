/** `git` of the operator's `trueup.yaml`: how repos are followed. A repo cannot say whose signatures vouch for it. */
import type { Git, GitSource, Settings as Declared, Verify } from '../model/generated/settings.ts';
import { durationMs } from '../model/duration.ts';
import { parseSize } from '../model/quantity.ts';
import type { Reporter } from './reporter.ts';

/** Whose file it is: that of a repo, or the operator's own. */
export type SettingsOwner = 'repo' | 'operator';

export interface VerifyRule {
  readonly mode: 'commit' | 'tag' | 'both';
  /** Paths as they are written. */
  readonly allowed_signers: string | null;
  readonly revoked_signers: string | null;
  readonly gpg_keys: readonly string[];
}

export interface GitRule {
  readonly max_bytes: number;
  readonly poll_ms: number;
  /** `null` where signatures do not matter. */
  readonly verify: VerifyRule | null;
}

export interface GitRules extends GitRule {
  /** By URL without credentials, or its beginning and a `*`. */
  readonly sources: Readonly<Record<string, GitRule>>;
}

const POLL_MS = 60_000;
const MAX_BYTES = 2 * 1024 ** 3;

export function gitRules({ poll, max_size: size, verify, sources = {} }: Git): GitRules {
  const common: GitRule = {
    poll_ms: durationMs(poll, POLL_MS),
    max_bytes: parseSize(size ?? '') ?? MAX_BYTES,
    verify: verify === undefined ? null : verifyRule(verify),
  };
  const own = Object.entries(sources).map(([name, source]) => [name, sourceRule(source, common)] as const);
  return { ...common, sources: Object.fromEntries(own) };
}

/** What holds for a URL without credentials. */
export function gitRuleFor({ sources, poll_ms, max_bytes, verify }: GitRules, where: string): GitRule {
  const plain = trimmed(where);
  const fitting = Object.entries(sources).filter(([name]) =>
    name.endsWith('*') ? where.startsWith(name.slice(0, -1)) : trimmed(name) === plain,
  );
  const [longest] = fitting.toSorted(([left], [right]) => right.length - left.length);
  return longest?.[1] ?? { poll_ms, max_bytes, verify };
}

/** Who else they belong to. */
const NOT_OF: Readonly<Record<SettingsOwner, readonly string[]>> = {
  repo: ['git'],
  operator: ['folders', 'reports', 'severities', 'parity'],
};

export function checkOwner(declared: Declared, owner: SettingsOwner, reporter: Reporter): void {
  for (const key of Object.keys(declared)) {
    if (!NOT_OF[owner].includes(key)) continue;
    const [summary, detail] =
      owner === 'repo'
        ? ['a repo does not say how it is followed itself', 'write it into trueup.yaml in ~/.config/trueup']
        : [`"${key}" is a setting of repos`, 'write it into trueup.yaml at the root of the repo'];
    reporter.error('invalid_settings', [key], summary, detail);
  }
  const git = owner === 'operator' ? declared.git : undefined;
  checkKeys(git?.verify, ['git', 'verify'], reporter);
  for (const [name, { verify }] of Object.entries(git?.sources ?? {})) {
    const path = ['git', 'sources', name, 'verify'];
    checkKeys(verify ?? undefined, path, reporter);
    if (!isFolder(name) || verify === null || verify === undefined || verify.mode === 'commit') continue;
    const detail = 'write `mode: commit`: a folder is followed by its branch, which no tag names';
    reporter.error('invalid_settings', [...path, 'mode'], `"${verify.mode}" is not for a folder`, detail);
  }
}

/** Without a key nothing would ever be good. */
function checkKeys(verify: Verify | undefined, path: readonly string[], reporter: Reporter): void {
  if (verify === undefined || verify.allowed_signers !== undefined || verify.gpg_keys !== undefined) return;
  reporter.error('invalid_settings', path, 'no key is allowed', 'name allowed_signers, gpg_keys, or both');
}

function verifyRule({ mode, allowed_signers, revoked_signers, gpg_keys }: Verify): VerifyRule {
  return {
    mode,
    allowed_signers: allowed_signers ?? null,
    revoked_signers: revoked_signers ?? null,
    gpg_keys: gpg_keys ?? [],
  };
}

function sourceRule({ poll, max_size: size, verify }: GitSource, common: GitRule): GitRule {
  return {
    poll_ms: durationMs(poll, common.poll_ms),
    max_bytes: parseSize(size ?? '') ?? common.max_bytes,
    verify: verify === undefined ? common.verify : verify === null ? null : verifyRule(verify),
  };
}

/** What holds for repos on this machine, by their folders: absolute, with the home folder in place of `~`. */
export function folderRules({ sources }: GitRules, home: string): readonly (readonly [name: string, rule: GitRule])[] {
  const folders = Object.entries(sources).filter(([name]) => isFolder(name));
  return folders.map(([name, rule]) => [name.replace(/^~(?=\/)/, home), rule]);
}

function isFolder(name: string): boolean {
  return name.startsWith('/') || name.startsWith('~/');
}

/** `https://host/path`, `…/path/` and `…/path.git` mean the same. */
function trimmed(where: string): string {
  return where.replace(/\/+$/, '').replace(/\.git$/, '');
}
