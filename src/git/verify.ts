/**
 * Whether a commit, or the annotated tag that names it, is signed with an allowed key. Fails closed: whatever is not a good
 * signature of a key that is allowed and valid today is refused, the absence of a program included. Only the operator's
 * files count: neither the repo nor the user's keyring and configuration have a say.
 */
import { TrueupError } from '../model/failure.ts';
import { hardenedArguments, hardenedVariables } from './hardened.ts';
import { gitEnvironment } from './git.ts';
import { runGit } from './run-git.ts';
import { judgeGpg, judgeSsh, type Refusal } from './signature-output.ts';
import { preparedKeys, type SignatureKeys } from './signature-keys.ts';

export interface SignaturePolicy extends SignatureKeys {
  /** What must be signed: the commit, the annotated tag that was asked for, or both. */
  readonly mode: 'commit' | 'tag' | 'both';
}

export interface Signed {
  readonly commit: string;
  readonly tag: { readonly name: string; readonly object: string } | null;
}

/** By whom, for people. */
export interface Verified {
  readonly signers: readonly string[];
}

/** `folder` is a git folder of ours that has the objects. Throws `signature_refused`. */
export async function verifySigned(
  folder: string,
  { commit, tag }: Signed,
  policy: SignaturePolicy,
  signal: AbortSignal,
): Promise<Verified> {
  await using keys = await preparedKeys(policy, signal);
  const git = (args: readonly string[]): ReturnType<typeof runGit> => {
    const env = { ...gitEnvironment(process.env), ...hardenedVariables([]), ...keys.env };
    return runGit([...hardenedArguments([]), ...keys.config, ...args], { cwd: folder, env, timeoutMs: 60_000 }, signal);
  };
  const signers: string[] = [];
  if (policy.mode !== 'commit') {
    if (tag === null) {
      throw refused(`commit ${commit.slice(0, 12)}`, { reason: 'unsigned', why: 'no annotated tag names it' });
    }
    signers.push(await verifyObject('tag', tag.object, `tag ${tag.name}`));
    const object = (await git(['cat-file', 'tag', tag.object])).stdout.toString('utf8');
    const [, named = '', called = ''] = /^object ([0-9a-f]+)\ntype commit\ntag (.*)\n/.exec(object) ?? [];
    // A good signature of another version under this name is none of this one.
    if (called !== tag.name || named !== commit) {
      const why = `what is signed calls itself "${called}" and names ${named.slice(0, 12) || 'no commit'}`;
      throw refused(`tag ${tag.name}`, { reason: 'misnamed', why });
    }
  }
  if (policy.mode !== 'tag') signers.push(await verifyObject('commit', commit, `commit ${commit.slice(0, 12)}`));
  return { signers: [...new Set(signers)] };

  async function verifyObject(type: 'commit' | 'tag', id: string, what: string): Promise<string> {
    const text = (await git(['cat-file', type, id])).stdout.toString('latin1');
    const format = formatOf(text, type);
    if (format === null) throw refused(what, { reason: 'unsigned', why: 'it is not signed' });
    if (format === 'other') throw refused(what, { reason: 'format', why: 'it is signed neither by GPG nor by SSH' });
    const isAllowed = format === 'gpg' ? policy.gpgKeys.length > 0 : policy.allowedSigners !== null;
    if (!isAllowed) {
      throw refused(what, {
        reason: 'unknown_key',
        why: `it is signed by ${format}, and no ${format} keys are allowed`,
      });
    }
    const result = await git([`verify-${type}`, '--raw', id]);
    if (result.ended !== 'exited') throw refused(what, { reason: 'unverified', why: 'verifying took too long' });
    const judgement = format === 'gpg' ? judgeGpg(result, keys.fingerprints) : judgeSsh(result);
    if (judgement.status === 'refused') throw refused(what, (await revocation(type, id)) ?? judgement);
    return judgement.signer;
  }

  /** ssh-keygen does not say that a key is revoked: it is where the signature is good but for that. */
  async function revocation(type: 'commit' | 'tag', id: string): Promise<Refusal | null> {
    if (policy.revokedSigners === null) return null;
    const result = await git(['-c', 'gpg.ssh.revocationFile=', `verify-${type}`, '--raw', id]);
    if (judgeSsh(result).status !== 'good') return null;
    return { reason: 'revoked_key', why: 'the key that signed it is revoked' };
  }
}

/** One signature only: a second one of another format would be verified in place of the first. */
function formatOf(text: string, type: 'commit' | 'tag'): 'gpg' | 'ssh' | 'other' | null {
  const headEnd = text.indexOf('\n\n');
  const signatures =
    type === 'commit'
      ? [...text.slice(0, headEnd).matchAll(/^gpgsig(?:-sha256)? (.*)$/gm)].map(([, first = '']) => first)
      : [...text.slice(headEnd).matchAll(/^(-----BEGIN (?:PGP|SSH|SIGNED).*-----)$/gm)].map(([, first = '']) => first);
  const [first] = signatures;
  if (first === undefined) return null;
  if (signatures.length > 1) return 'other';
  if (first === '-----BEGIN SSH SIGNATURE-----') return 'ssh';
  return /^-----BEGIN PGP (SIGNATURE|MESSAGE)-----$/.test(first) ? 'gpg' : 'other';
}

function refused(what: string, { reason, why }: Refusal): TrueupError {
  return new TrueupError('signature_refused', `${what} is refused: ${why}`, {
    fields: { reason },
    next:
      reason === 'program_missing'
        ? 'install it: without it nothing can be verified, and nothing that is new is applied'
        : 'have it signed with an allowed key, or allow the key it is signed with; what was verified last stays',
  });
}
