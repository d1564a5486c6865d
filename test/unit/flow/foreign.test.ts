import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { builtInDrivers } from '../../../src/drivers/registry.ts';
import { type LoadedAtRevision, loadAtRevision } from '../../../src/flow/at-revision.ts';
import { openWorkspace } from '../../../src/flow/workspace.ts';
import { foreignRepo } from '../../../src/manifest/allow/foreign-repo.ts';
import { parsePolicy } from '../../../src/manifest/allow/policy.ts';
import { InvalidManifestsError } from '../../../src/model/failure.ts';
import { HARMLESS, MANIFEST } from '../../hostile/escape.ts';
import { git, never, repoWith, scratchFolder } from '../git/scratch-repo.ts';

const PATH = join(import.meta.dirname, '../../../policies/foreign.yaml');
const WEB = `${HARMLESS.join('\n')}\n`;

async function loadedFrom(folder: string): Promise<LoadedAtRevision> {
  const text = { name: PATH, bytes: readFileSync(PATH) };
  const workspace = await openWorkspace(
    {
      directory: folder,
      drivers: builtInDrivers,
      environment: { ...process.env, AWS_SECRET_ACCESS_KEY: 'of-the-operator' },
      changing: false,
      foreign: foreignRepo('https://example.com/acme/demo', parsePolicy(text, text)),
    },
    never,
  );
  const options = { variables: { token: 'of-the-operator' }, profiles: [], secrets: 'resolve' } as const;
  return loadAtRevision(workspace, 'demo', git(folder, 'rev-parse', 'HEAD'), options, never);
}

async function refusals(folder: string): Promise<readonly string[]> {
  const error: unknown = await loadedFrom(folder).catch((reason: unknown) => reason);
  if (!(error instanceof InvalidManifestsError)) throw new Error('it was not refused', { cause: error });
  return error.diagnostics.map(({ source, code }) => `${source?.file}:${source?.start.line} ${code}`);
}

beforeEach(() => {
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  return () => void vi.unstubAllEnvs();
});

describe('a commit of a repo of somebody else', () => {
  it('is loaded where its policy allows it, under names of its own', async () => {
    const { environment } = await loadedFrom(repoWith({ [MANIFEST]: WEB, '.env': 'token=of-the-repo\n' }));

    expect(environment.project).toMatch(/^demo-[0-9a-f]{12}-demo$/);
  });

  it('is refused at its line, whatever the working tree says', async () => {
    const folder = repoWith({ [MANIFEST]: `${WEB}    process: { command: [id] }\n` });

    expect(await refusals(folder)).toEqual([`${MANIFEST}:6 not_allowed`]);
  });

  it('has no settings: not even ones that cannot be read', async () => {
    const folder = repoWith({ [MANIFEST]: WEB, 'trueup.yaml': 'folders: { state: "../../x" }\n: : :\n' });

    expect(await refusals(folder)).toEqual(['trueup.yaml:1 not_allowed']);
  });

  it('reads no variable of the operator, and none of a file of its own', async () => {
    const leak = ['AWS_SECRET_ACCESS_KEY', 'token', 'FROM_FILE'].map((name) => `      ${name}: "\${${name}}"`);
    const folder = repoWith({
      [MANIFEST]: [...HARMLESS, '    environment_variables:', ...leak, ''].join('\n'),
      '.env': 'FROM_FILE=1\n',
    });

    expect(await refusals(folder)).toEqual([7, 8, 9].map((line) => `${MANIFEST}:${line} unset_variable`));
  });

  it('is not read where it is too large', async () => {
    const folder = repoWith({ [MANIFEST]: `${WEB}#${'x'.repeat(200_000)}\n` });

    expect(await refusals(folder)).toEqual([`${MANIFEST}:1 invalid_path`]);
  });

  it('is reported on outside of the clone, whatever its author has linked to', async () => {
    const [folder, kept] = [repoWith({ [MANIFEST]: WEB }), scratchFolder()];

    const { settings, state } = await openWorkspace(
      {
        directory: folder,
        drivers: builtInDrivers,
        environment: process.env,
        changing: false,
        keptIn: { state: join(kept, 'state'), owners: kept },
      },
      never,
    );

    expect([state.path, settings.folders.reports]).toEqual([join(kept, 'state'), join(kept, 'reports')]);
  });
});
