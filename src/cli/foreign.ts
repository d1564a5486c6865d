/**
 * Which policy holds for a repo that is not the operator's: the file that `--allow-policy` names, else `foreign.yaml` in
 * the operator's own configuration, else the one that trueup brings along. Never a file of the repo itself.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { type ForeignRepo, foreignRepo } from '../manifest/allow/foreign-repo.ts';
import { parsePolicy, type PolicyText } from '../manifest/allow/policy.ts';
import { TrueupError } from '../model/failure.ts';
import { packagePath } from './package-files.ts';

export interface ForeignOptions {
  /** `--allow-policy`, relative to the folder that the command runs in. */
  readonly policyFile?: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** `where` is the URL, or the folder, of the repo. Throws InvalidManifestsError for a policy with mistakes. */
export async function openForeignRepo(where: string, options: ForeignOptions): Promise<ForeignRepo> {
  const builtIn = await textOf(packagePath('policies', 'foreign.yaml'));
  const own = await ownPolicy(options);
  return foreignRepo(where, parsePolicy(own ?? builtIn, builtIn));
}

async function ownPolicy({ policyFile, directory, environment }: ForeignOptions): Promise<PolicyText | null> {
  if (policyFile !== undefined) return textOf(resolve(directory, policyFile));
  const path = join(configHome(environment), 'trueup', 'foreign.yaml');
  return textOf(path).catch((error: unknown) => {
    if (error instanceof TrueupError && errnoOf(error.cause) === 'ENOENT') return null;
    throw error;
  });
}

/** As the XDG rules have it: a relative `XDG_CONFIG_HOME` is ignored. */
function configHome({ XDG_CONFIG_HOME: configured = '', HOME: home = '' }: NodeJS.ProcessEnv): string {
  return isAbsolute(configured) ? configured : join(home || homedir(), '.config');
}

async function textOf(path: string): Promise<PolicyText> {
  try {
    return { name: path, bytes: await readFile(path) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrueupError('file_unreadable', `the policy ${path} cannot be read: ${reason}`, {
      cause,
      fields: { path },
      next: 'docs/foreign-repos.md says what a policy file looks like',
    });
  }
}
