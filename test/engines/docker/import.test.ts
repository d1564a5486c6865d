import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOne } from '../../unit/manifest/support.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { isRecord, type Inspected } from '../../support/docker/fields/row.ts';
import { configurationOf } from '../../support/docker/import/configuration.ts';
import { composeStack, type HandMade, handMade } from '../../support/docker/import/containers.ts';
import { parsed } from '../../support/matching.ts';
import { schemaErrors } from '../../support/schemas.ts';

const IMPORTED = 'environments/local/environment.yaml';
async function make(repo: DockerRepo, containers: readonly HandMade[]): Promise<void> {
  for (const { name, words, isNeverStarted = false, joins = [] } of containers) {
    await repo.docker(...(isNeverStarted ? ['create'] : ['run', '--detach']), `--name=${name}`, ...words);
    for (const join of joins) await repo.docker('network', 'connect', ...join, name);
  }
}

async function inspects(repo: DockerRepo): Promise<readonly Inspected[]> {
  const ids = (await repo.docker('ps', '--all', '--quiet', '--no-trunc')).split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  const found: unknown = JSON.parse(await repo.docker('inspect', ...ids));
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

/** By physical name. */
async function configurations(
  repo: DockerRepo,
  keys: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, unknown>>> {
  const found = (await inspects(repo)).map((inspect): [string, unknown] => {
    const name = String(inspect['Name']).slice(1);
    return [name, configurationOf(inspect, keys.get(name) ?? '')];
  });
  return Object.fromEntries(found.toSorted(([left], [right]) => left.localeCompare(right)));
}

async function ids(repo: DockerRepo): Promise<readonly string[]> {
  return (await inspects(repo)).map(({ Id }) => String(Id)).toSorted();
}

describe('trueup import docker', () => {
  it('declares containers of every option so that nothing is to be changed, adopted or not, and a fresh engine gets the same', async () => {
    await using repo = await dockerRepo({ 'conf/settings.conf': 'a=1\n' });
    await repo.docker('network', 'create', 'lab');
    await repo.docker('network', 'create', '--subnet=10.94.0.0/24', '--internal', '--label=kind=fixed', 'fixed');
    await repo.docker('volume', 'create', '--label=team=core', 'more');
    const { kind } = repo.engine;
    const containers = handMade(join(repo.root, 'conf'), kind === 'current');
    expect(containers.length).toBeGreaterThanOrEqual(40);
    await make(repo, containers);
    const before = await ids(repo);

    const imported = await repo.trueup(['import', 'docker', '--all', '--environment', 'local', '--output', 'json']);
    expect(imported, imported.stderr).toMatchObject({ status: 0 });
    const text = await repo.read(IMPORTED);
    const planned = await repo.trueup(['plan', 'local', '--detailed-exitcode', '--output', 'json']);
    const adopted = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    const after = await repo.trueup(['plan', 'local', '--detailed-exitcode', '--output', 'json']);

    expect(schemaErrors('import', parsed(imported.stdout))).toEqual([]);
    expect(text).not.toMatch(/hunter|tok en|u:p@mq/);
    expect(planned, planned.stdout + planned.stderr).toMatchObject({ status: 0 });
    expect(parsed(planned.stdout)).toMatchObject({ resource_changes: [], conflicts: [] });
    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(parsed(after.stdout)).toMatchObject({ resource_changes: [], conflicts: [] });
    expect(parsed(after.stdout)).not.toHaveProperty('to_adopt');
    expect(await ids(repo)).toEqual(before);

    await repo.removeState();
    const forgotten = await repo.trueup(['plan', 'local', '--adopt', '--output', 'json']);
    expect(changedIn(forgotten.stdout)).toEqual(['service.ended', 'service.never-started']);

    const keys = await keysOf(repo);
    const old = await configurations(repo, keys);
    await emptied(repo);
    await repo.trueup(['stop', 'local/ended', 'local/never-started']);
    const fresh = await repo.trueup(['apply', 'local', '--auto-approve']);
    const made = await configurations(repo, keys);

    expect(fresh.stdout + fresh.stderr).not.toContain('create: failed');
    const expected = Object.fromEntries(Object.entries(old).map(([name, one]) => [name, exceptIgnored(name, one)]));
    expect(made).toEqual(expected);
  });

  it('takes keys, networks and edges of a Compose project, and leaves what is not of it', async () => {
    await using repo = await dockerRepo({});
    const place = (kind: string, key: string): readonly string[] => [
      '--label=com.docker.compose.project=shop',
      `--label=com.docker.compose.${kind}=${key}`,
    ];
    await repo.docker('network', 'create', ...place('network', 'default'), 'shop_default');
    await repo.docker('network', 'create', ...place('network', 'back'), '--internal', 'shop_back');
    await repo.docker('volume', 'create', ...place('volume', 'data'), 'shop_data');
    await make(repo, [
      ...composeStack(),
      { name: 'stranger', words: ['--network=shop_back', 'busybox:1', 'sleep', '100000'] },
    ]);
    const before = await ids(repo);

    const imported = await repo.trueup(['import', 'docker', '--project', 'shop', '--environment', 'local']);
    const planned = await repo.trueup(['plan', 'local', '--output', 'json']);
    const adopted = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);

    expect(imported, imported.stderr).toMatchObject({ status: 0 });
    expect(withoutSubnets(await repo.read(IMPORTED))).toBe(SHOP);
    expect(parsed(planned.stdout)).toMatchObject({ resource_changes: [], conflicts: [], to_adopt: ADOPTED });
    expect(adopted, adopted.stdout + adopted.stderr).toMatchObject({ status: 0 });
    expect(await ids(repo)).toEqual(before);
  });

  it('is changed only after a person has said so, and then as anything else, and goes with what is named', async () => {
    await using repo = await dockerRepo({});
    await repo.docker('volume', 'create', 'data');
    await make(repo, [
      {
        name: 'web',
        words: ['--stop-signal=SIGKILL', '--volume=data:/data', '--env=MODE=old', 'busybox:1', 'sleep', '100000'],
      },
    ]);
    await repo.trueup(['import', 'docker', 'web', '--environment', 'local']);
    const [before] = await ids(repo);
    await repo.write({ [IMPORTED]: (await repo.read(IMPORTED)).replace('MODE: old', 'MODE: new') });

    const refused = await repo.trueup(['apply', 'local', '--auto-approve']);
    const kept = await ids(repo);
    const applied = await repo.trueup(['apply', 'local', '--adopt', '--auto-approve']);
    const [after] = await inspects(repo);
    const quiet = await repo.trueup(['plan', 'local', '--detailed-exitcode']);
    const destroyed = await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
    const volumes = await repo.docker('volume', 'ls', '--quiet');
    const named = await repo.trueup(['destroy', 'local/volume.data', '--volumes', '--auto-approve']);

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stdout + refused.stderr).toContain('"web" is claimed, and would be changed before anybody');
    expect(kept).toEqual([before]);
    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(after?.['Id']).not.toBe(before);
    expect(JSON.stringify(after)).toContain('MODE=new');
    expect(quiet, quiet.stdout).toMatchObject({ status: 0 });
    expect(destroyed, destroyed.stderr).toMatchObject({ status: 0 });
    expect(await ids(repo)).toEqual([]);
    expect(volumes).toBe('data');
    expect(named, named.stderr).toMatchObject({ status: 0 });
    expect(await repo.docker('volume', 'ls', '--quiet')).toBe('');
  });
});

const ADOPTED = ['network.default', 'service.cache', 'service.db', 'service.web', 'service.web-2', 'volume.data'];

const SHOP = `# Imported from the Compose project shop.
# What is claimed with \`adopted\` runs already; nothing of it is made anew.
#   trueup plan local             shows what would change
#   trueup apply local --adopt    takes it over
name: local
type: local
project: shop

services:
  cache:
    adopted: { name: shop-cache-1 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }

  db:
    adopted: { name: shop-db-1 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }
    storage:
      volumes: [data:/data]
    environment_variables:
      POSTGRES_PASSWORD: { secret: true, source: file, value: .secrets/POSTGRES_PASSWORD }

  # dependencies: { db: { condition: service_started } }
  # db: as Compose had it
  web:
    adopted: { name: shop-web-1 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }
    networking:
      networks: [back, default]
    environment_variables:
      DATABASE_URL: postgres://db:5432/x

  # dependencies: { db: { condition: service_started }, cache: { condition: service_started } }
  # db: as Compose had it
  # cache: named in CACHE_HOST
  web-2:
    adopted: { name: shop-web-2 }
    container: { image: busybox:1, command: [sleep, "100000"], stop_signal: SIGKILL }
    networking:
      networks:
        default: { aliases: [web] }
    environment_variables:
      CACHE_HOST: cache

networks:
  back: { external: true, name: shop_back }
  default:
    adopted: { name: shop_default }

volumes:
  data: { adopted: { name: shop_data } }
`;

function withoutSubnets(text: string): string {
  return text.replaceAll(/\n {4}ipam:\n {6}config: .*/g, '');
}

function changedIn(stdout: string): readonly unknown[] {
  const document = parsed(stdout);
  const changes = isRecord(document) ? document['resource_changes'] : [];
  return Array.isArray(changes) ? changes.map((change) => (isRecord(change) ? change['address'] : null)) : [];
}

/** Keys by physical name. */
async function keysOf(repo: DockerRepo): Promise<ReadonlyMap<string, string>> {
  const { resources } = await loadOne(await repo.read(IMPORTED), { root: repo.root });
  return new Map([...resources.values()].filter(({ type }) => type === 'service').map(({ name, key }) => [name, key]));
}

/** As another machine has it: nothing but the images. */
async function emptied(repo: DockerRepo): Promise<void> {
  for (const [list, remove] of [
    [
      ['ps', '--all', '--quiet'],
      ['rm', '--force', '--volumes'],
    ],
    [
      ['volume', 'ls', '--quiet'],
      ['volume', 'rm'],
    ],
    [
      ['network', 'ls', '--quiet', '--filter', 'type=custom'],
      ['network', 'rm'],
    ],
  ] as const) {
    const found = (await repo.docker(...list)).split('\n').filter(Boolean);
    if (found.length > 0) await repo.docker(...remove, ...found);
  }
}

/** What stands under an ignore rule is no longer there on a fresh engine. */
function exceptIgnored(name: string, configuration: unknown): unknown {
  if (!isRecord(configuration)) return configuration;
  if (name === 'odd-variable') {
    const env = configuration['env'];
    const kept = Array.isArray(env) ? env.filter((one) => !/^(1ST|WITH SPACE)=/.test(String(one))) : env;
    return { ...configuration, env: kept };
  }
  // A check that may take longer than until the next one begins is none of a manifest's.
  if (name === 'health-interval') return { ...configuration, health: [['CMD-SHELL', 'true'], 7e9, 7e9, 3, 0, 0] };
  return configuration;
}
