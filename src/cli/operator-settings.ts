/**
 * The operator's own `trueup.yaml`, below the XDG configuration folder: how repos are followed, and what is done about those
 * that are served by URL, which have no settings of their own here. No repo has a say in it.
 */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { workingTree } from '../git/working-tree.ts';
import type { SignaturePolicy } from '../git/verify.ts';
import { type GitRules, gitRuleFor, type VerifyRule } from '../manifest/git-settings.ts';
import { loadSettings, type Settings } from '../manifest/settings.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { InvalidManifestsError } from '../model/failure.ts';
import { missingFolders, ruleForFolder } from './folder-rule.ts';

export interface FollowRule {
  readonly pollMs: number;
  readonly maxBytes: number;
  /** `null` where signatures do not matter. */
  readonly verify: SignaturePolicy | null;
}

export interface OperatorSettings {
  /** Absolute: what the settings name is relative to it. */
  readonly folder: string;
  readonly settings: Settings;
  /** How a repo is followed, given its URL without credentials. */
  follow(where: string): FollowRule;
  /** Whose signatures count in a repo on this machine, given its root; `null` where they do not matter. */
  verifyFolder(root: string): Promise<SignaturePolicy | null>;
  /** Folders whose signatures count, and that are not there: what is written otherwise than it is called holds for nothing. */
  missingFolders(): Promise<readonly string[]>;
}

/** Throws InvalidManifestsError for a file with mistakes: nothing is followed under half of a rule. */
export async function loadOperatorSettings(environment: NodeJS.ProcessEnv): Promise<OperatorSettings> {
  const folder = join(configHome(environment), 'trueup');
  const { settings, diagnostics } = await loadSettings(workingTree(folder, new Set()), 'operator');
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(diagnostics.map((found) => placed(found, folder)));
  const rules: GitRules = settings.git;
  return {
    folder,
    settings,
    follow(where) {
      const { poll_ms: pollMs, max_bytes: maxBytes, verify } = gitRuleFor(rules, where);
      return { pollMs, maxBytes, verify: verify === null ? null : signaturePolicy(verify, folder) };
    },
    async verifyFolder(root) {
      const verify = (await ruleForFolder(rules, root, homeOf(environment)))?.verify ?? null;
      return verify === null ? null : signaturePolicy(verify, folder);
    },
    missingFolders: () => missingFolders(rules, homeOf(environment)),
  };
}

/** Paths are relative to the file that names them. */
function signaturePolicy(rule: VerifyRule, folder: string): SignaturePolicy {
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const { allowed_signers: allowed, revoked_signers: revoked } = rule;
  return {
    mode: rule.mode,
    allowedSigners: allowed === null ? null : inFolder(allowed),
    revokedSigners: revoked === null ? null : inFolder(revoked),
    gpgKeys: rule.gpg_keys.map(inFolder),
  };
}

type Found = InvalidManifestsError['diagnostics'][number];

/** With the whole path: the file lies in no repo. */
function placed(found: Found, folder: string): Found {
  return found.source === null
    ? found
    : { ...found, source: { ...found.source, file: join(folder, found.source.file) } };
}

/** As the XDG rules have it: a relative `XDG_CONFIG_HOME` is ignored. */
function configHome(environment: NodeJS.ProcessEnv): string {
  const { XDG_CONFIG_HOME: configured = '' } = environment;
  return isAbsolute(configured) ? configured : join(homeOf(environment), '.config');
}

function homeOf({ HOME: home = '' }: NodeJS.ProcessEnv): string {
  return home || homedir();
}
