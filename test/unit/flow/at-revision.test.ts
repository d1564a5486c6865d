import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { builtInDrivers } from '../../../src/drivers/registry.ts';
import { type LoadedAtRevision, loadAtRevision } from '../../../src/flow/at-revision.ts';
import { openWorkspace } from '../../../src/flow/workspace.ts';
import { InvalidManifestsError } from '../../../src/model/failure.ts';
import { memberAt } from '../../../src/model/json.ts';
import { containing, git, never, repoWith, scratchFolder, write } from '../git/scratch-repo.ts';

const MANIFEST = 'environments/local/main.yaml';

async function loadedAt(folder: string, revision: string, name = 'local'): Promise<LoadedAtRevision> {
  const environment = { HOME: folder, PATH: process.env['PATH'] };
  const workspace = await openWorkspace(
    { directory: folder, drivers: builtInDrivers, environment, changing: false },
    never,
  );
  const options = { variables: {}, profiles: [], secrets: 'resolve' } as const;
  return loadAtRevision(workspace, name, git(folder, 'rev-parse', revision), options, never);
}

function committed(folder: string, files: Readonly<Record<string, string>>): void {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'more');
}

function web(more = ''): string {
  return `services: { web: { container: { image: 'a:1' }, labels: { level: "\${LEVEL:-none}" }${more} } }`;
}

/** Secrets are sealed with a key in the user's state folder. */
beforeEach(() => {
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  return () => void vi.unstubAllEnvs();
});

describe('an environment at a revision', () => {
  it('is what the commit declares, with what it extends, whatever became of the working tree', async () => {
    const folder = repoWith({
      [MANIFEST]: 'extends: ../base\nservices: { web: { labels: { level: old } } }',
      'environments/base/main.yaml': `abstract: true\n${web()}`,
    });
    committed(folder, { [MANIFEST]: web() });
    rmSync(join(folder, 'environments'), { recursive: true });

    const { environment, commit } = await loadedAt(folder, 'HEAD~1');

    expect(environment.revision).toEqual({ commit, dirty: false });
    expect(environment.files).toEqual(['environments/base/main.yaml', MANIFEST]);
    expect(memberAt(environment.resources.get('service.web')?.config, 'labels', 'level')).toBe('old');
    expect(environment.locate('service.web', "$['labels']['level']")).toMatchObject({
      file: MANIFEST,
      start: { line: 2 },
    });
  });

  it('takes variables and secrets from the working tree, and names them as not pinned', async () => {
    const secret = `, environment_variables: { A: { secret: true, source: file, value: ../../token }, B: { secret: true, source: command, value: [echo, x] } }`;
    const folder = repoWith({ [MANIFEST]: web(secret), '.gitignore': '.env\n' });
    committed(folder, { token: 'later' });
    write(folder, { '.env': 'LEVEL=from-env\n' });

    const { environment, unpinned } = await loadedAt(folder, 'HEAD~1');

    expect(memberAt(environment.resources.get('service.web')?.config, 'labels', 'level')).toBe('from-env');
    expect(unpinned).toEqual(['.env: variables', 'the command "echo": a secret', 'token: a secret']);
  });

  it('mounts what the working tree has, compared with what the commit holds', async () => {
    const mounts = `, storage: { volumes: ['./same:/a:ro', './edited:/b:ro', './younger:/c:ro', './folder:/d', '/etc/hosts:/e'] }`;
    const folder = repoWith({
      [MANIFEST]: web(mounts),
      'environments/local/same': 'same',
      'environments/local/edited': 'old',
      'environments/local/folder/file': 'x',
    });
    committed(folder, { 'environments/local/edited': 'new', 'environments/local/younger': 'y' });

    const { environment, unpinned } = await loadedAt(folder, 'HEAD~1');

    const web_ = environment.resources.get('service.web');
    const digest = `sha256:${createHash('sha256').update('new').digest('hex')}`;
    expect(memberAt(web_?.config, 'storage', 'volumes', '/b', 'content')).toBe(digest);
    expect(web_?.untracked.map(({ field_path: path, kind }) => `${kind} ${path}`).toSorted()).toEqual([
      "edit $['storage']['volumes']['/b']['content']",
      "edit $['storage']['volumes']['/c']['content']",
      "input $['labels']['level']",
    ]);
    expect(unpinned).toEqual([
      '/etc/hosts: mounted by service.web',
      'environments/local/edited: mounted by service.web',
      'environments/local/folder: mounted by service.web',
      'environments/local/same: mounted by service.web',
      'environments/local/younger: mounted by service.web',
    ]);
  });

  it('needs what it mounts and where it runs in the working tree', async () => {
    const folder = repoWith({
      [MANIFEST]: web(`, storage: { volumes: ['./conf:/a'] }`),
      'environments/local/conf/x': 'x',
    });
    committed(folder, {
      [MANIFEST]: 'services: { job: { process: { command: [run], cwd: ../../app } } }',
      'app/x': 'x',
    });
    rmSync(join(folder, 'environments/local/conf'), { recursive: true });
    rmSync(join(folder, 'app'), { recursive: true });

    for (const [revision, path] of [
      ['HEAD~1', 'environments/local/conf'],
      ['HEAD', 'app'],
    ] as const) {
      await expect(loadedAt(folder, revision)).rejects.toMatchObject({ code: 'path_missing', fields: { path } });
    }
  });

  it('names the line and the submodule where a process is to run in one that is not there', async () => {
    const folder = repoWith({ [MANIFEST]: 'services: { job: { process: { command: [run], cwd: ../../sub } } }' });
    git(folder, 'update-index', '--add', '--cacheinfo', `160000,${git(folder, 'rev-parse', 'HEAD')},sub`);
    git(folder, 'commit', '--quiet', '--message', 'sub');

    await expect(loadedAt(folder, 'HEAD')).rejects.toMatchObject({
      code: 'path_missing',
      message: containing('sub, where service.job runs (environments/local/main.yaml:1:'),
      fields: { path: 'sub', reason: 'in_submodule' },
    });
  });

  it('does not exist where the commit does not declare it: that names what it does', async () => {
    const folder = repoWith({ 'environments/other/main.yaml': web() });
    committed(folder, { [MANIFEST]: web() });

    await expect(loadedAt(folder, 'HEAD~1')).rejects.toMatchObject({
      code: 'environment_not_found',
      next: 'declared there: other',
    });
  });

  it('with mistakes carries the lines of the commit, and is kept from nothing by mistakes of others', async () => {
    const folder = repoWith({ [MANIFEST]: 'service: {}', 'environments/other/main.yaml': web() });
    committed(folder, { [MANIFEST]: web() });

    const failure = await loadedAt(folder, 'HEAD~1').catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(InvalidManifestsError);
    expect(failure instanceof InvalidManifestsError ? failure.readFrom?.texts.get(MANIFEST) : null).toBe('service: {}');
    expect((await loadedAt(folder, 'HEAD~1', 'other')).environment.name).toBe('other');
  });

  it('says at its line what git does not hold', async () => {
    const folder = repoWith({
      'environments/local/main.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
    });

    await expect(loadedAt(folder, 'HEAD')).rejects.toMatchObject({
      diagnostics: [{ source: { file: MANIFEST }, detail: containing('Git LFS') }],
    });
  });
});
