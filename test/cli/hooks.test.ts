import { join } from 'node:path';
import { readFile, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { MANIFEST } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;

/** Writes to a file beside the repo that nothing else writes to. */
const say = (text: string): readonly string[] => ['sh', '-c', `echo ${text} >> "$$HOME/said"`];

function manifest(web: JsonObject, more: JsonObject = {}): string {
  const process = { command: ['sleep', '1000'], stop_grace_period: '1s' };
  return JSON.stringify({ name: 'local', project: 'shop', services: { web: { process, ...web } }, ...more });
}

const HOOKS = {
  post_start: [{ command: say('up 1') }, { command: say('up 2') }],
  pre_stop: [{ command: say('down') }],
};

async function said(repo: ScratchRepo): Promise<readonly string[]> {
  const file = join(repo.env['HOME'] ?? '', 'said');
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  return text.split('\n').filter((line) => line !== '');
}

describe('lifecycle hooks', () => {
  it('are run by whatever starts or stops a service, and by nothing else', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(HOOKS) });
    const commands: readonly (readonly [readonly string[], readonly string[]])[] = [
      [APPLY, ['up 1', 'up 2']],
      [APPLY, []],
      [
        ['restart', 'web'],
        ['down', 'up 1', 'up 2'],
      ],
      [['stop', 'web'], ['down']],
      [
        ['start', 'web'],
        ['up 1', 'up 2'],
      ],
      [['plan'], []],
      [['destroy', 'local', '--auto-approve'], ['down']],
    ];

    for (const [command, expected] of commands) {
      const result = await repo.trueup([...command]);
      expect(result, result.stdout + result.stderr).toMatchObject({ status: 0 });
      expect(await said(repo), command.join(' ')).toEqual(expected);
    }
  });

  it('run as the service runs, with what they set themselves', async () => {
    const web = {
      environment_variables: { WHO: 'world', COLOUR: 'green' },
      post_start: [
        {
          command: say('$$WHO $$COLOUR $$TOKEN $$(basename "$$PWD")'),
          working_dir: 'below',
          environment: { COLOUR: 'red', TOKEN: { secret: true, value: 'hunter-44' } },
        },
      ],
    };
    await using repo = await scratchRepo({ [MANIFEST]: manifest(web), 'environments/local/below/file': '' });

    const applied = await repo.trueup([...APPLY, '--output', 'json']);

    expect(applied, applied.stderr).toMatchObject({ status: 0 });
    expect(await said(repo)).toEqual(['world red hunter-44 below']);
    expect(applied.stdout + applied.stderr).not.toContain('hunter');
    expect(await repo.read('.trueup/environments/local.json')).not.toContain('hunter');
    const entry = await readFile(join(repo.engineRoot, 'services/shop-web-1/entry.json'), 'utf8');
    expect(entry).not.toContain('hunter');
  });

  it('change nothing when they alone change, and are then known to the next stop', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(HOOKS) });
    await repo.trueup([...APPLY]);
    await repo.write({ [MANIFEST]: manifest({ ...HOOKS, pre_stop: [{ command: say('gently down') }] }) });
    const before = await repo.pids();

    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
    await repo.trueup([...APPLY]);
    expect(await repo.pids()).toEqual(before);
    await said(repo);
    await repo.trueup(['stop', 'web']);

    expect(await said(repo)).toEqual(['gently down']);
  });

  it('are run by the stop of what no manifest declares any more, without any record', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(HOOKS) });
    await repo.trueup([...APPLY]);
    await said(repo);
    await repo.write({ [MANIFEST]: JSON.stringify({ name: 'local', project: 'shop', services: {} }) });
    await repo.removeState();

    const applied = await repo.trueup([...APPLY, '--allow-removals', '1']);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(await said(repo)).toEqual(['down']);
    expect(await repo.processes()).toEqual([]);
  });

  it('fail the change when they fail after a start, and dependents do not start', async () => {
    const failing = { command: ['sh', '-c', 'echo about to fail with hunter-55; exit 7'] };
    const services = {
      web: { process: { command: ['sleep', '1000'] }, post_start: [failing, { command: say('never') }] },
      other: { process: { command: ['sleep', '1000'] }, dependencies: ['web'] },
    };
    const environment_variables = { TOKEN: { secret: true, value: 'hunter-55' } };
    const text = JSON.stringify({ name: 'local', project: 'shop', services, environment_variables });
    await using repo = await scratchRepo({ [MANIFEST]: text });

    const applied = await repo.trueup([...APPLY]);

    expect(applied).toMatchObject({ status: 3 });
    expect(applied.stderr).toContain('ended with exit code 7');
    expect(applied.stderr).toContain('about to fail with (secret)');
    expect(applied.stdout + applied.stderr).not.toContain('hunter');
    expect(await said(repo)).toEqual([]);
    expect(Object.keys(await repo.pids())).toEqual(['service.web']);

    // They are still to be run, although nothing else differs.
    await repo.write({ [MANIFEST]: text.replace('exit 7', 'exit 0').replace('never', 'at last') });
    expect(await repo.trueup([...APPLY])).toMatchObject({ status: 0 });
    expect(await said(repo)).toEqual(['at last']);
    expect(Object.keys(await repo.pids()).sort()).toEqual(['service.other', 'service.web']);
  });

  it('do not keep a service from being stopped when they fail, and the run says so', async () => {
    const web = { pre_stop: [{ command: ['sh', '-c', 'echo no way; exit 9'] }] };
    await using repo = await scratchRepo({ [MANIFEST]: manifest(web) });
    await repo.trueup([...APPLY]);

    const stopped = await repo.trueup(['stop', 'web']);

    expect(stopped).toMatchObject({ status: 3 });
    expect(stopped.stderr).toContain('no way');
    expect(await repo.processes()).toEqual([]);
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });

  it('of something that ends meanwhile are no failure', async () => {
    const job = { run: 'once', process: { command: ['true'] }, post_start: [{ command: say('up') }] };
    await using repo = await scratchRepo({ [MANIFEST]: manifest(job) });

    const applied = await repo.trueup([...APPLY]);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
  });

  it('are waited for no longer after Ctrl-C, and end with it', async () => {
    const web = { post_start: [{ command: ['sh', '-c', 'echo waiting >> "$$HOME/said"; exec sleep 999'] }] };
    await using repo = await scratchRepo({ [MANIFEST]: manifest(web) });
    const running = repo.start([...APPLY]);
    const file = join(repo.env['HOME'] ?? '', 'said');
    await eventually(async () => (await readFile(file, 'utf8').catch(() => '')) === 'waiting\n', 'the hook to run');

    running.child.kill('SIGINT');

    expect(await running.done).toMatchObject({ status: 130 });
    await eventually(async () => (await repo.processes()).length === 2, 'only the service and its supervisor to live');
  });

  it('are run again in what a rollback brings back', async () => {
    const good = { ...HOOKS, on_failure: 'rollback' };
    await using repo = await scratchRepo({ [MANIFEST]: manifest(good) });
    await repo.trueup([...APPLY]);
    await said(repo);
    const process = { command: ['sleep', '2000'], stop_grace_period: '1s' };
    const bad = [{ command: say('bad up') }, { command: ['false'] }];
    await repo.write({ [MANIFEST]: manifest({ ...good, process, post_start: bad }) });

    const applied = await repo.trueup([...APPLY]);

    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 3 });
    expect(await said(repo)).toEqual(['down', 'bad up', 'up 1', 'up 2']);
    const { 'service.web': pid } = await repo.pids();
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain('1000');
  });
});
