/** What was adopted carries no label: every command that looks at services takes it for ours all the same, and nothing tells its secrets. */
import { describe, expect, it } from 'vitest';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { parsed } from '../../support/matching.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { leakSearch, plantedAt } from '../../support/secrets/planted.ts';

const MANIFEST = 'environments/local/environment.yaml';
const SLEEP = ['busybox:1', 'sh', '-c', 'echo hello from web; exec sleep 100000'] as const;

async function run(repo: DockerRepo, name: string, ...options: readonly string[]): Promise<string> {
  return repo.docker('run', '--detach', `--name=${name}`, '--init', ...options, ...SLEEP);
}

/** The id that a container has now. */
function idOf(repo: DockerRepo, name: string): Promise<string> {
  return repo.docker('inspect', '--format={{.Id}} {{.State.Status}}', name);
}

describe('an adopted service', () => {
  it('is reached by every command, as if its labels stood on it', async () => {
    await using repo = await dockerRepo({});
    const id = await run(repo, 'old-web', '--health-cmd=true', '--health-interval=1s');
    await repo.trueup(['import', 'docker', 'old-web', '--environment', 'local']);
    const ask = async (...words: readonly string[]): Promise<string> => {
      const { status, stdout, stderr } = await repo.trueup(words);
      expect({ words, status }, stderr).toEqual({ words, status: 0 });
      return stdout;
    };

    for (const isAdopted of [false, true]) {
      if (isAdopted) await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
      expect(await ask('logs', 'local/old-web')).toContain('hello from web');
      expect(await ask('exec', 'local/old-web', '--', 'echo', 'inside')).toBe('inside\n');
      expect(await ask('status', 'local', '--verbose')).toMatch(/service\.old-web +running \(healthy\)/);
      const health: unknown = parsed(await ask('health', 'local', '-o', 'json'));
      expect(health).toMatchObject({ services: [{ address: 'service.old-web', status: 'healthy' }] });
      expect(parsed(await ask('explain', 'local/old-web', '-o', 'json'))).toMatchObject({
        live: { status: 'there' },
        next: { outcome: 'nothing' },
      });
      expect(await ask('graph', 'local', '--plan', '--format', 'json')).toContain('service.old-web');
      const drift: unknown = parsed(await ask('drift', 'local', '-o', 'json'));
      expect(drift).toMatchObject({ unmanaged: [] });
    }

    const listening = repo.start(['events', 'local']);
    await listening.until(/gap: /);
    await ask('stop', 'local/old-web');
    await listening.until(/service\.old-web +stop/);
    listening.child.kill('SIGINT');
    await listening.done;
    expect(await idOf(repo, 'old-web')).toBe(`${id} exited`);
    await ask('start', 'local/old-web');
    await ask('restart', 'local/old-web');
    expect(await idOf(repo, 'old-web')).toBe(`${id} running`);
  });

  it('tells no secret that the manifest declares no more, nor one that it never declared', async () => {
    const planted = ['renamed', 'undeclared', 'url', 'label'].map((field, index) => plantedAt(field, index * 6));
    const find = leakSearch(planted);
    const [renamed, undeclared, url, label] = planted.map(({ plain }) => plain);
    await using repo = await dockerRepo({ '.gitignore': 'reports/\nsaved.json\n' });
    const options = [`--env=DB_PASSWORD=${renamed}`, '--env=MODE=a'];
    await run(repo, 'old-web', ...options, `--env=QUEUE=amqp://u:${url}@mq/`);
    await repo.trueup(['import', 'docker', 'old-web', '--environment', 'local']);
    await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    const found: unknown[] = [];
    const ask = async (...words: readonly string[]): Promise<void> => {
      const { status, stdout, stderr } = await repo.trueup(words);
      expect({ words, isKnown: status === 0 || status === 2 || status === 1, stderr }).toMatchObject({ isKnown: true });
      found.push(...find(stdout + stderr).map(({ field, around }) => ({ words, field, around })));
    };
    const lookEverywhere = async (formats: readonly string[]): Promise<void> => {
      for (const format of formats) {
        await ask('plan', 'local', '--format', format);
        await ask('drift', 'local', '--format', format);
        await ask('parity', 'local', 'side', '--mode', 'runtime', '--all', '--format', format);
      }
      await ask('plan', 'local', '--verbose');
      await ask('plan', 'local', '--adopt', '-o', 'json');
      await ask('explain', 'local/old-web', '--all');
      await ask('observe', 'local', '--out', 'saved.json');
      expect(schemaErrors('observation', parsed(await repo.read('saved.json')))).toEqual([]);
      await ask('plan', 'local', '--observed', 'saved.json', '-o', 'json');
      await ask('parity', 'saved.json', 'side', '--mode', 'runtime', '--all');
      await ask('drift', 'local', '--write');
      await ask('graph', 'local', '--plan', '--format', 'json');
      await ask('report', 'local', '--html', '-', '--kind', 'plan');
    };
    const side = "services: { web: { container: { image: 'busybox:1' } } }\n";
    const bare = (more = ''): string =>
      `services: { old-web: { adopted: { name: old-web }, container: { image: 'busybox:1' }${more} } }\n`;

    // Declared no more, while it is known what was applied.
    await repo.write({ [MANIFEST]: bare(), 'environments/side/environment.yaml': side });
    await lookEverywhere(['text', 'json', 'markdown', 'sarif']);
    // Renamed, with the value in the clear where nobody can tell that it is the same.
    await repo.write({ [MANIFEST]: bare(', environment_variables: { PASSWORD: other }') });
    await lookEverywhere(['text', 'json']);
    // Nobody knows anything, and nobody has adopted it.
    await repo.removeState();
    await repo.docker('rm', '--force', 'old-web');
    await run(repo, 'old-web', `--env=API_TOKEN=${undeclared}`, `--label=note=password=${label}`, ...options);
    await repo.write({ [MANIFEST]: bare() });
    await lookEverywhere(['text', 'json']);
    for (const path of filesIn(repo.root)) {
      if (path.includes('/.secrets/') || path.includes('/.git/')) continue;
      const leaks = find(readFileSync(path, 'latin1'));
      found.push(...leaks.map(({ field, around }) => ({ file: relative(repo.root, path), field, around })));
    }

    expect(found).toEqual([]);
  });

  it('leaves its data behind when it goes, also where the engine would take that along', async () => {
    await using repo = await dockerRepo({});
    await run(repo, 'old-db', '--volume=/var/db');
    await repo.docker('exec', 'old-db', 'sh', '-c', 'echo kept >/var/db/row');
    const volume = await repo.docker('inspect', '--format={{range .Mounts}}{{.Name}}{{end}}', 'old-db');
    await repo.trueup(['import', 'docker', 'old-db', '--environment', 'local']);
    await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);

    const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve']);

    expect(destroyed.stdout.replaceAll(/\s+/g, ' ')).toContain(`was adopted, so "${volume}" stays`);
    expect(await repo.docker('ps', '--all', '--quiet', '--filter=name=old-db')).toBe('');
    const row = await repo.docker('run', '--rm', `--volume=${volume}:/var/db`, 'busybox:1', 'cat', '/var/db/row');
    expect(row).toBe('kept');
    const gone = await repo.trueup(['destroy', 'local/volume.old-db-db', '--volumes', '--auto-approve']);
    expect(gone, gone.stdout + gone.stderr).toMatchObject({ status: 0 });
    expect(await repo.docker('volume', 'ls', '--quiet', `--filter=name=${volume}`)).toBe('');
  });

  it('goes on where it is declared no more, is said to, and is forgotten by destroy', async () => {
    await using repo = await dockerRepo({});
    const id = await run(repo, 'old-web', '--volume=old-data:/data');
    await repo.trueup(['import', 'docker', '--all', '--environment', 'local']);
    const refused = await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
    const unadopted = await idOf(repo, 'old-web');
    await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    await repo.write({
      [MANIFEST]: "services: { other: { container: { image: 'busybox:1', command: [sleep, '9'] } } }\n",
    });

    const planned = await repo.trueup(['plan', 'local', '-o', 'json']);
    const text = await repo.trueup(['plan', 'local']);
    const applied = await repo.trueup(['apply', 'local', '--auto-approve']);
    const status = await repo.trueup(['status', 'local']);
    await rm(join(repo.root, MANIFEST));
    const orphaned = await repo.trueup(['status']);
    const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve']);
    const quiet = await repo.trueup(['status']);
    const again = await repo.trueup(['destroy', 'local', '--auto-approve']);

    expect(refused, refused.stderr).toMatchObject({ status: 0 });
    expect(refused.stdout).toContain('service.old-web is claimed and was never adopted, so "old-web" stays');
    expect(unadopted).toBe(`${id} running`);
    expect(schemaErrors('plan', parsed(planned.stdout))).toEqual([]);
    expect(parsed(planned.stdout)).toMatchObject({
      withheld: [
        { address: 'service.old-web', reason: 'adopted' },
        { address: 'volume.old-data', reason: 'adopted' },
      ],
    });
    const said = 'service.old-web was adopted, is no longer declared, and stays as "old-web"';
    for (const { stdout } of [text, status, destroyed]) expect(stdout.replaceAll(/\s+/g, ' ')).toContain(said);
    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(orphaned.stderr).toContain('local has no manifests any more');
    expect(destroyed, destroyed.stderr).toMatchObject({ status: 0 });
    expect(quiet.stderr).not.toContain('local has no manifests');
    expect(again).toMatchObject({ status: 1 });
    expect(await idOf(repo, 'old-web')).toBe(`${id} running`);
    expect(await repo.docker('volume', 'ls', '--quiet')).toBe('old-data');
  });

  it('is claimed by one environment of a repo, whether another one imports it or somebody copies the manifest', async () => {
    await using repo = await dockerRepo({});
    await run(repo, 'old-web');
    await repo.trueup(['import', 'docker', 'old-web', '--environment', 'local']);

    const refused = await repo.trueup(['import', 'docker', 'old-web', '--environment', 'again', '-o', 'json']);
    const valid = await repo.trueup(['validate']);
    await repo.write({ 'environments/again/environment.yaml': await repo.read(MANIFEST) });
    const copied = await repo.trueup(['validate', '-o', 'json']);

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stdout).toContain('old-web: the environment local claims it already');
    expect(valid).toMatchObject({ status: 0 });
    const summary = '"old-web" on engine "docker" is claimed by two environments: "again" and "local"';
    expect(copied).toMatchObject({ status: 65 });
    expect(copied.stdout).toContain(JSON.stringify(summary));
  });

  it('is adopted by one worktree of a repo', async () => {
    await using repo = await dockerRepo({ '.gitignore': '.trueup/\n' });
    await run(repo, 'old-web', '--volume=old-data:/data');
    await repo.trueup(['import', 'docker', '--all', '--environment', 'local']);
    await repo.git('add', '.');
    await repo.git('commit', '--quiet', '--message=import');
    const other = join(repo.scratch, 'other');
    await repo.git('worktree', 'add', '--quiet', other);

    const adopted = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    const refused = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve', '-o', 'json'], { cwd: other });
    await repo.git('worktree', 'move', other, `${other}-moved`);
    const again = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);

    expect(adopted, adopted.stderr).toMatchObject({ status: 0 });
    expect(refused.status).not.toBe(0);
    expect(refused.stdout).toContain(`${repo.root} has adopted what service.old-web claims, as local/service.old-web`);
    expect(refused.stdout).toContain('checkout_in_use');
    expect(again, again.stderr).toMatchObject({ status: 0 });
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesIn(path);
    return statSync(path).isFile() ? [path] : [];
  });
}
