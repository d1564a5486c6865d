/** Loads a repo as one that is not the operator's, from files on the disk. */
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workingTree } from '../../../../src/git/working-tree.ts';
import { confinedTree } from '../../../../src/manifest/allow/confined-tree.ts';
import { foreignRepo } from '../../../../src/manifest/allow/foreign-repo.ts';
import { type ForeignPolicy, parsePolicy, type PolicyText } from '../../../../src/manifest/allow/policy.ts';
import { type LoadRequest, loadEnvironments, type LoadResult } from '../../../../src/manifest/load.ts';
import { recordTouches } from '../../../hostile/touches.ts';
import { SEALER } from '../../../support/sealer.ts';

const POLICY = join(import.meta.dirname, '../../../../policies/foreign.yaml');

export async function builtInText(): Promise<PolicyText> {
  return { name: 'policies/foreign.yaml', bytes: await readFile(POLICY) };
}

/** The built-in policy, or what the text of another says. */
export async function policyOf(text: string | null = null): Promise<ForeignPolicy> {
  const builtIn = await builtInText();
  return parsePolicy(text === null ? builtIn : { name: 'own.yaml', bytes: Buffer.from(text) }, builtIn);
}

export interface ForeignFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
}

export interface ForeignResult extends LoadResult {
  /** Commands that were run for secrets: none ever. */
  readonly commands: readonly (readonly string[])[];
  /** What was touched outside of the clone, and whatever was written, started or connected to. */
  readonly touched: readonly string[];
}

export async function loadForeign(
  { files, links = {} }: ForeignFiles,
  policy: ForeignPolicy,
  options: Partial<LoadRequest> = {},
): Promise<ForeignResult> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'trueup-foreign-')));
  const commands: (readonly string[])[] = [];
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    for (const [path, target] of Object.entries(links)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await symlink(target, join(root, path));
    }
    using touches = recordTouches([root]);
    const result = await loadEnvironments(
      {
        root,
        tree: confinedTree(workingTree(root, new Set()), policy.limits, root),
        folder: 'environments',
        revision: { commit: null, dirty: false },
        variables: {},
        processEnvironment: {},
        profiles: [],
        sealer: SEALER,
        runCommand: async (command) => {
          commands.push(command);
          return 'secret';
        },
        today: '2026-06-15',
        foreign: foreignRepo('https://example.com/acme/demo.git', policy),
        ...options,
      },
      new AbortController().signal,
    );
    return { ...result, commands, touched: [...touches.seen] };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
