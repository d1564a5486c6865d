/** Reads what `git verify-commit --raw` and `verify-tag --raw` say. Whatever is not understood is no good signature. */
import type { GitResult } from './run-git.ts';

export type RefusalReason =
  | 'unsigned'
  | 'misnamed'
  | 'format'
  | 'unknown_key'
  | 'bad_signature'
  | 'expired_key'
  | 'expired_signature'
  | 'revoked_key'
  | 'program_missing'
  | 'unverified';

export type Judgement =
  | { readonly status: 'good'; readonly signer: string }
  | ({ readonly status: 'refused' } & Refusal);

export interface Refusal {
  readonly reason: RefusalReason;
  readonly why: string;
}

/** In this order: the worst that is said counts. */
const GPG_TROUBLE: readonly (readonly [RegExp, RefusalReason, string])[] = [
  [/^\[GNUPG:\] BADSIG /m, 'bad_signature', 'its signature does not fit its content'],
  [/^\[GNUPG:\] REVKEYSIG /m, 'revoked_key', 'the key that signed it is revoked'],
  [/^\[GNUPG:\] EXPKEYSIG /m, 'expired_key', 'the key that signed it has expired'],
  [/^\[GNUPG:\] EXPSIG /m, 'expired_signature', 'its signature has expired'],
  [/^\[GNUPG:\] (NO_PUBKEY|ERRSIG) /m, 'unknown_key', 'the key that signed it is not among the allowed ones'],
];

const NO_PROGRAM = /cannot run ([\w./-]+)|cannot spawn ([\w./-]+)|exec: .*not found|No such file or directory/i;

/** `fingerprints`: of the allowed keys, primary keys and subkeys. */
export function judgeGpg({ exitCode, stderr }: GitResult, fingerprints: ReadonlySet<string>): Judgement {
  for (const [pattern, reason, why] of GPG_TROUBLE) if (pattern.test(stderr)) return { status: 'refused', reason, why };
  const good = [...stderr.matchAll(/^\[GNUPG:\] GOODSIG [0-9A-F]+ (.*)$/gm)];
  const valid = [...stderr.matchAll(/^\[GNUPG:\] VALIDSIG ([0-9A-F]{40,64}) .* ([0-9A-F]{40,64})$/gm)];
  const [[, fingerprint = '', primary = ''] = []] = valid;
  if (good.length === 1 && valid.length === 1 && exitCode === 0) {
    if (fingerprints.has(fingerprint) && fingerprints.has(primary)) {
      return { status: 'good', signer: good[0]?.[1] ?? primary };
    }
    return { status: 'refused', reason: 'unknown_key', why: 'the key that signed it is not among the allowed ones' };
  }
  return notJudged(stderr, 'gpg');
}

export function judgeSsh({ exitCode, stderr }: GitResult): Judgement {
  if (/Could not verify signature|incorrect signature|invalid format/i.test(stderr) && !/^Good /m.test(stderr)) {
    return { status: 'refused', reason: 'bad_signature', why: 'its signature does not fit its content' };
  }
  const good = /^Good "git" signature for (.+) with \S+ key (SHA256:\S+)$/m.exec(stderr);
  if (good !== null && exitCode === 0) return { status: 'good', signer: good[1] ?? '' };
  if (/^Good "git" signature with |No principal matched/m.test(stderr)) {
    const why = 'the key that signed it is not among the allowed ones, or not valid today';
    return { status: 'refused', reason: 'unknown_key', why };
  }
  return notJudged(stderr, 'ssh-keygen');
}

function notJudged(stderr: string, program: string): Judgement {
  if (NO_PROGRAM.test(stderr)) {
    return { status: 'refused', reason: 'program_missing', why: `${program} is not installed, or not on the PATH` };
  }
  const said = stderr.split('\n').find((line) => !line.startsWith('[GNUPG:]')) ?? '';
  return { status: 'refused', reason: 'unverified', why: `its signature could not be verified${said && `: ${said}`}` };
}
