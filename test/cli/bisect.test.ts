import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';

const YES = '--auto-approve';
const WORKER = 'environments/local/worker.yaml';

/** Its health test takes longer than what ends at once needs for its end. */
function worker(level: string, command = 'exec sleep 1000'): string {
  return `services:
  helper:
    process: { command: [sh, -c, '${command}'] }
    environment_variables: { LEVEL: '${level}' }
    health_check: { test: [CMD, sleep, '0.5'], interval: 10s, timeout: 10s, retries: 1 }
`;
}

/**
 * Ten commits: a line of five with a branch of three that is merged into it. The branch breaks the helper in its second
 * commit; each side goes on in a file of its own.
 */
async function brokenOnABranch(repo: ScratchRepo): Promise<{ readonly good: string; readonly broken: string }> {
  const step = async (file: string, text: string, message: string): Promise<string> => {
    await repo.write({ [file]: text });
    return repo.commit(message);
  };
  await repo.write({ [WORKER]: worker('0') });
  const good = await step(MANIFEST, shop({ logLevel: 'one' }), 'one');
  await step(MANIFEST, shop({ logLevel: 'two' }), 'two');
  await repo.git('checkout', '--quiet', '-b', 'feature');
  await step(WORKER, worker('1'), 'feature one');
  const broken = await step(WORKER, worker('2', 'exit 3'), 'feature two');
  await step(WORKER, worker('3', 'exit 3'), 'feature three');
  await repo.git('checkout', '--quiet', 'main');
  await step(MANIFEST, shop({ logLevel: 'three' }), 'three');
  await step('README', 'nothing that is declared', 'a readme');
  await repo.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'feature');
  await step(MANIFEST, shop({ logLevel: 'four' }), 'four');
  await step(MANIFEST, shop({ logLevel: 'five' }), 'five');
  return { good, broken };
}

/** What git itself finds, in a clone. */
async function foundByGit(repo: ScratchRepo, good: string): Promise<string> {
  const clone = join(repo.scratch, 'clone');
  await repo.git('clone', '--quiet', repo.root, clone);
  const git = (...args: readonly string[]): Promise<string> => repo.git('-C', clone, ...args);
  await git('bisect', 'start', 'HEAD', good);
  await git('bisect', 'run', 'sh', '-c', `! grep -q "exit 3" ${WORKER}`);
  return git('rev-parse', 'refs/bisect/bad');
}

/** Judged by the registry's folders and by the processes of the machine. */
async function expectNothingOfACopy(repo: ScratchRepo, living: readonly number[] = []): Promise<void> {
  await eventually(
    async () => JSON.stringify(await repo.processes()) === JSON.stringify(living),
    'every process of the copy to end',
  );
  for (const kind of ['services', 'volumes']) {
    const folder = join(repo.engineRoot, kind);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    expect(names.filter((name) => name.includes('bisect'))).toEqual([]);
  }
  expect(existsSync(join(repo.root, '.trueup/bisect'))).toBe(false);
}

describe('bisect', () => {
  it('finds the commit on a merged branch that git finds, with its reason and its differences', async () => {
    await using repo = await scratchRepo();
    const { good, broken } = await brokenOnABranch(repo);
    const before = await repo.git('status', '--porcelain', '--branch');

    const found = await repo.trueup(['bisect', good, 'HEAD', YES, '--output', 'json']);

    expect(found.status, found.stderr).toBe(0);
    const document = JSON.parse(found.stdout) as object;
    expect(schemaErrors('bisect', document)).toEqual([]);
    expect(document).toMatchObject({
      environment: 'local',
      first_bad: {
        commit: broken,
        subject: 'feature two',
        failures: [{ address: 'service.helper', gate: { exit_code: 3 } }],
      },
      parent: await repo.git('rev-parse', `${broken}^`),
      changes: [
        {
          address: 'service.helper',
          kind: 'changed',
          differences: [
            { before: '1', after: '2', source: { file: WORKER, start: { line: 4 } } },
            {
              before: ['sh', '-c', 'exec sleep 1000'],
              after: ['sh', '-c', 'exit 3'],
              source: { file: WORKER, start: { line: 3 } },
            },
          ],
        },
      ],
    });
    expect(await foundByGit(repo, good)).toBe(broken);
    expect(await repo.git('status', '--porcelain', '--branch')).toBe(before);
    await expectNothingOfACopy(repo);
  });

  it('leaves the real environment alone: its processes, its data, its recorded state and its reports', async () => {
    await using repo = await scratchRepo();
    const { good } = await brokenOnABranch(repo);
    await repo.write({ [WORKER]: worker('0') });
    expect((await repo.trueup(['apply', YES])).status).toBe(0);
    const [pids, processes] = [await repo.pids(), await repo.processes()];
    const recorded = await repo.read('.trueup/environments/local.json');
    const kept = readdirSync(repo.root + '/.trueup', { recursive: true, encoding: 'utf8' }).sort();

    const found = await repo.trueup(['bisect', good, 'HEAD', YES]);

    expect(found.status, found.stdout + found.stderr).toBe(0);
    expect(found.stdout).toContain('feature two');
    expect(await repo.pids()).toEqual(pids);
    expect(await repo.read('.trueup/environments/local.json')).toBe(recorded);
    expect(readdirSync(repo.root + '/.trueup', { recursive: true, encoding: 'utf8' }).sort()).toEqual(kept);
    expect(readdirSync(join(repo.root, 'reports/local'))).toEqual(['run']);
    await expectNothingOfACopy(repo, processes);
  });

  it('counts manifests with mistakes as bad, and says which', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    const good = await repo.git('rev-parse', 'HEAD');
    await repo.write({ [MANIFEST]: shop({ logLevel: 'two' }) });
    await repo.commit('fine');
    await repo.write({ [MANIFEST]: shop({ logLevel: 'three' }).replace('services:', 'service:') });
    const broken = await repo.commit('mistaken');
    await repo.write({ README: 'more' });
    await repo.commit('later');

    const found = await repo.trueup(['bisect', good, 'HEAD', YES]);

    expect(found.status, found.stderr).toBe(0);
    expect(found.stdout).toContain(broken.slice(0, 12));
    expect(found.stdout).toContain('service');
    await expectNothingOfACopy(repo);
  });

  it.each([
    ['the same commit twice', 'HEAD', 'HEAD', 'the same commit'],
    ['the younger one first', 'HEAD', 'HEAD~1', 'GOOD is younger than BAD'],
    ['a good one that is bad', 'HEAD~1', 'HEAD', 'GOOD is not good'],
    ['a bad one that is good', 'HEAD~3', 'HEAD~2', 'BAD is not bad'],
  ])('refuses %s', async (_, good, bad, message) => {
    await using repo = await scratchRepo({ [WORKER]: worker('0') });
    for (const [level, command] of [
      ['1', 'exec sleep 1000'],
      ['2', 'exit 3'],
      ['3', 'exit 3'],
    ] as const) {
      await repo.write({ [WORKER]: worker(level, command) });
      await repo.commit(level);
    }

    const refused = await repo.trueup(['bisect', good, bad, YES]);

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(message);
    await expectNothingOfACopy(repo);
  });

  it('says before it starts anything that a process could not have its port', async () => {
    await using repo = await scratchRepo();
    await using server = createServer().listen(0, '127.0.0.1');
    await eventually(() => server.listening, 'the port to be held');
    const port = (server.address() as { readonly port: number }).port;
    const declared = `networking: { ports: [{ host_port: ${port}, host_ip: 127.0.0.1 }] }`;
    await repo.write({ [WORKER]: `${worker('1')}    ${declared}\n` });
    const good = await repo.commit();
    await repo.write({ [WORKER]: `${worker('2', 'exit 3')}    ${declared}\n` });
    await repo.commit();

    const refused = await repo.trueup(['bisect', good, 'HEAD', YES]);

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('port_in_use');
    expect(refused.stderr).toContain(`${port}/tcp`);
    expect(refused.stderr).not.toContain('look ');
    await expectNothingOfACopy(repo);
  });

  it('asks first, and without a terminal does nothing', async () => {
    await using repo = await scratchRepo();
    const { good } = await brokenOnABranch(repo);

    const refused = await repo.trueup(['bisect', good, 'HEAD']);

    expect(refused.status).toBe(64);
    await expectNothingOfACopy(repo);
  });
});

/** The second commit never gets its gate open, and takes its time. */
async function stuck(repo: ScratchRepo): Promise<string> {
  const manifest = (test: string): string => `name: local
services:
  web:
    process: { command: [sh, -c, 'echo > "$$TRUEUP_VOLUME_DATA/file"; sleep 1000 & exec sleep 1000'] }
    storage: { volumes: [data] }
    health_check: { test: [CMD, '${test}'], interval: 1s, timeout: 1s, start_period: 60s }
volumes: { data: {} }
`;
  await repo.write({ [MANIFEST]: manifest('true') });
  const good = await repo.commit();
  await repo.write({ [MANIFEST]: manifest('false') });
  await repo.commit();
  return good;
}

describe('a bisect that does not get to its end', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing behind after %s', async (name) => {
    await using repo = await scratchRepo();
    const good = await stuck(repo);
    const running = repo.start(['bisect', good, 'HEAD', YES]);
    await running.until(/good {2}[0-9a-f]+[^\n]*\nlook/);
    await eventually(async () => (await repo.pids())['service.web'] !== undefined, 'the copy to run');

    running.child.kill(name);
    const { status, stderr } = await running.done;

    expect(status, stderr).toBe(130);
    expect(stderr).toContain('removing the copy');
    await expectNothingOfACopy(repo);
  });

  it('is recognised after kill -9, and removed by the next bisect', async () => {
    await using repo = await scratchRepo();
    await killedMidway(repo);
    await repo.write({ [MANIFEST]: shop() });
    const good = await repo.commit();
    await repo.write({ [MANIFEST]: shop({ more: `  bad: { process: { command: ['false'] } }\n` }) });
    const broken = await repo.commit();

    const found = await repo.trueup(['bisect', good, 'HEAD', YES]);

    expect(found.status, found.stdout + found.stderr).toBe(0);
    expect(found.stdout).toContain(broken.slice(0, 12));
    await expectNothingOfACopy(repo);
  });

  it('is recognised after kill -9, and removed by destroy', async () => {
    await using repo = await scratchRepo();
    await killedMidway(repo);

    const destroyed = await repo.trueup(['destroy', 'local-bisect', '--volumes', YES]);

    expect(destroyed.status, destroyed.stdout + destroyed.stderr).toBe(0);
    expect(await repo.processes()).toEqual([]);
    expect(readdirSync(join(repo.engineRoot, 'volumes'))).toEqual([]);
    expect(readdirSync(join(repo.engineRoot, 'services'))).toEqual([]);
  });
});

async function killedMidway(repo: ScratchRepo): Promise<void> {
  const good = await stuck(repo);
  const running = repo.start(['bisect', good, 'HEAD', YES]);
  await running.until(/good {2}/);
  running.child.kill('SIGKILL');
  await running.done;
  expect((await repo.processes()).length).toBeGreaterThan(0);
  expect(readdirSync(join(repo.engineRoot, 'volumes'))).toEqual(['local-bisect_data']);
}
