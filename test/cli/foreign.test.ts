import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINE } from '../hostile/engine.ts';
import { type Escape, expectedPlaces, HARMLESS, MANIFEST } from '../hostile/escape.ts';
import { FRIENDLY } from '../hostile/friendly.ts';
import { HOST } from '../hostile/host.ts';
import { NETWORK } from '../hostile/network.ts';
import { STORAGE } from '../hostile/storage.ts';
import { TEXT } from '../hostile/text.ts';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

/** The first of each kind of way out, and then some: the whole set is tried without the command in the unit tests. */
const TRIED = [HOST, NETWORK, STORAGE, ENGINE, TEXT].flatMap((group) => group.filter((_, index) => index % 9 === 0));

interface Document {
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly code: string;
    readonly source: { readonly file: string; readonly start: { readonly line: number } } | null;
  }[];
}

async function repoOf({ files, links = {} }: Pick<Escape, 'files' | 'links'>): Promise<ScratchRepo> {
  const repo = await scratchRepo(files);
  for (const [path, target] of Object.entries(links)) {
    await mkdir(join(repo.root, dirname(path)), { recursive: true });
    await symlink(target, join(repo.root, path));
  }
  await repo.commit('links').catch(() => '');
  return repo;
}

describe('trueup validate --foreign', () => {
  it.each(TRIED)('refuses at its line, and leaves no trace: $name', async (escape) => {
    await using repo = await repoOf(escape);
    const before = await repo.tree();

    const { status, stdout } = await repo.trueup(['validate', '--foreign', '--output', 'json']);

    const document = JSON.parse(stdout) as Document;
    const places = document.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ source }) => `${source?.file}:${source?.start.line}`);
    expect(status).toBe(65);
    expect(schemaErrors('validate', JSON.parse(stdout))).toEqual([]);
    if (expectedPlaces(escape).length > 0) expect([...new Set(places)].sort()).toEqual(expectedPlaces(escape));
    expect(await repo.tree()).toEqual(before);
    expect(await repo.processes()).toEqual([]);
  });

  it.each(FRIENDLY)('lets pass: $name', async (friendly) => {
    await using repo = await repoOf(friendly);

    const { status, stderr } = await repo.trueup(['validate', '--foreign']);

    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('takes the policy of the operator, from an option before the configuration', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: `${HARMLESS.join('\n').replace(/@sha256:\w+/, '')}\n` });
    const [loose, strict] = [join(repo.scratch, 'loose.yaml'), join(repo.scratch, 'home/.config/trueup/foreign.yaml')];
    const images = 'fields: { services.*.container.image: { pattern: "busybox:1" } }';
    await repo.write({
      [`../loose.yaml`]: `format_version: 1\nextends: default\n${images}\n`,
      [`../home/.config/trueup/foreign.yaml`]: 'format_version: 1\nextends: default\nlimits: { services: 0 }\n',
    });

    const byOption = await repo.trueup(['validate', '--foreign', '--allow-policy', loose]);
    const byConfiguration = await repo.trueup(['validate', '--foreign']);
    await repo.write({ [`../home/.config/trueup/foreign.yaml`]: 'format_version: 1\nallow: everything\n' });
    const byMistake = await repo.trueup(['validate', '--foreign']);

    expect(byOption).toMatchObject({ status: 0, stderr: '' });
    expect(byConfiguration.status).toBe(65);
    expect(byConfiguration.stderr).toContain('services has 1 entries; 0 are allowed');
    expect(byMistake.status).toBe(65);
    expect(byMistake.stderr).toContain(`${strict}:2:1`);
    expect(byMistake.stderr).toContain('invalid_policy');
  });

  it('never takes a policy of the repo itself', async () => {
    const own = 'format_version: 1\nfields: { services.*.process.command: text }\n';
    await using repo = await scratchRepo({
      [MANIFEST]: 'services: { web: { process: { command: [sleep, "1"] } } }\n',
      'foreign.yaml': own,
      'policies/foreign.yaml': own,
      '.config/trueup/foreign.yaml': own,
    });

    const { status, stderr } = await repo.trueup(['validate', '--foreign']);

    expect(status).toBe(65);
    expect(stderr).toContain('process is not allowed');
  });

  it('says that a policy without --foreign means nothing, and which policy is not there', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: `${HARMLESS.join('\n')}\n` });

    const alone = await repo.trueup(['validate', '--allow-policy', 'x.yaml']);
    const missing = await repo.trueup(['validate', '--foreign', '--allow-policy', 'x.yaml']);

    expect(alone.status).toBe(64);
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain('x.yaml');
    expect(missing.stderr).toContain('[file_unreadable]');
  });
});

describe('trueup serve URL', () => {
  it('takes the repo for somebody else’s, and so goes over https and ssh alone', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: 'services: { web: { process: { command: [sleep, "99"] } } }\n',
    });

    const { status, stdout, stderr } = await repo.trueup(['serve', `file://${repo.root}`]);

    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/https/);
    expect(stdout + stderr).toContain('--trust');
    expect(await repo.processes()).toEqual([]);
  });
});
