import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, scratchRepo } from '../support/cli.ts';
import { MANIFEST, shop } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;

describe('apply', () => {
  it('brings an environment up in order, and the next plan is empty, recorded or not', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 0.3 }) });

    const applied = await repo.trueup([...APPLY]);
    const planned = await repo.trueup(['plan', '--detailed-exitcode']);
    await repo.removeState();
    const forgotten = await repo.trueup(['plan', '--detailed-exitcode']);
    const drift = await repo.trueup(['drift']);

    expect(applied).toMatchObject({ status: 0 });
    expect(applied.stdout).toContain('Plan: 4 to create, 0 to change, 0 to replace, 0 to remove; 0 unchanged.');
    expect(planned).toMatchObject({ status: 0 });
    expect(planned.stdout).toContain('No changes.');
    expect(forgotten).toMatchObject({ status: 0 });
    expect(drift).toMatchObject({ status: 0 });
  });

  it('starts a service only once the gate of its dependency is open', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 0.5 }) });

    const { stdout } = await repo.trueup([...APPLY, '--output', 'json']);

    const run = JSON.parse(stdout) as { steps: { id: string; started_at: string; duration_ms: number }[] };
    const at = (id: string): number => Date.parse(run.steps.find((step) => step.id === id)?.started_at ?? '');
    const gate = run.steps.find((step) => step.id === 'service.db:service_healthy');
    expect(at('service.api:start')).toBeGreaterThanOrEqual(
      at('service.db:service_healthy') + (gate?.duration_ms ?? 0) - 2,
    );
    expect(at('service.worker:start')).toBeGreaterThanOrEqual(at('service.api:start'));
  });

  it('shows an edit with field, reason and line, applies it, and touches nothing else', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    const before = await repo.pids();
    await repo.write({ [MANIFEST]: shop({ logLevel: 'debug' }) });
    await repo.commit('more logs');

    const planned = await repo.trueup(['plan', '--detailed-exitcode']);
    const applied = await repo.trueup([...APPLY]);
    const after = await repo.pids();

    expect(planned.status).toBe(2);
    expect(planned.stdout).toContain('service.api');
    expect(planned.stdout).toMatch(/environment_variables\.LOG_LEVEL: "?info"? → "?debug"?/);
    expect(planned.stdout).toContain(`${MANIFEST}:13`);
    expect(applied.status).toBe(0);
    expect(after['service.db']).toBe(before['service.db']);
    expect(after['service.worker']).toBe(before['service.worker']);
    expect(after['service.api']).not.toBe(before['service.api']);
    expect(await readFile(`/proc/${after['service.api']}/environ`, 'utf8')).toContain('LOG_LEVEL=debug');
  });

  it('removes a service that is no longer declared, and keeps data until it is told otherwise', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    const { 'service.worker': worker } = await repo.pids();
    await repo.write({ [MANIFEST]: shop().replace(/ {2}worker:[^]*?(?=volumes:)/, '') });

    const applied = await repo.trueup([...APPLY]);
    const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve']);
    const kept = await readFile(join(repo.engineRoot, 'volumes/shop_data/data/ready'), 'utf8');
    const emptied = await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);

    expect(applied.status).toBe(0);
    expect(() => process.kill(Number(worker), 0)).toThrow('ESRCH');
    expect(destroyed).toMatchObject({ status: 0 });
    expect(destroyed.stdout).toContain('volume.data keeps its data');
    expect(kept).toBe('ready\n');
    expect(emptied.status).toBe(0);
    await expect(readFile(join(repo.engineRoot, 'volumes/shop_data/data/ready'))).rejects.toThrow('ENOENT');
    expect(await repo.processes()).toEqual([]);
  });

  it('takes the dependencies of an address along and nothing more', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    const applied = await repo.trueup(['apply', 'api', '--auto-approve']);

    expect(applied.status).toBe(0);
    expect(Object.keys(await repo.pids()).sort()).toEqual(['service.api', 'service.db']);
  });

  it('replaces what it is told to replace', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    const before = await repo.pids();

    const applied = await repo.trueup([...APPLY, '--replace', 'worker']);

    const after = await repo.pids();
    expect(applied.status).toBe(0);
    expect(after['service.worker']).not.toBe(before['service.worker']);
    expect(after['service.api']).toBe(before['service.api']);
  });

  it('does nothing and exits 64 where nobody can say yes', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    const applied = await repo.trueup(['apply']);

    expect(applied.status).toBe(64);
    expect(applied.stderr).toContain('--auto-approve');
    expect(await repo.processes()).toEqual([]);
  });

  it('says why a gate failed, starts no dependent, exits 3, and applies the mended manifest', async () => {
    const broken = shop().replace('test -s "$$TRUEUP_VOLUME_DATA/ready"', 'echo no table orders; exit 4');
    await using repo = await scratchRepo({
      [MANIFEST]: broken.replace('retries: 60', 'retries: 2'),
    });

    const failed = await repo.trueup([...APPLY]);
    const running = Object.keys(await repo.pids());
    await repo.write({ [MANIFEST]: shop() });
    const mended = await repo.trueup([...APPLY]);

    expect(failed.status).toBe(3);
    expect(failed.stdout).toContain('no table orders');
    expect(failed.stdout).toContain('service.api');
    expect(running).toEqual(['service.db']);
    expect(mended.status).toBe(0);
  });

  it('ends at once with the exit status and last lines of a service that exits', async () => {
    const more = `  broken:\n    process: { command: [sh, -c, "echo cannot bind; exit 7"] }\n`;
    await using repo = await scratchRepo({ [MANIFEST]: shop({ more }) });

    const applied = await repo.trueup([...APPLY]);

    expect(applied.status).toBe(3);
    expect(applied.stdout).toContain('exited with status 7');
    expect(applied.stdout).toContain('cannot bind');
  });

  it('runs a job once and again only when it changes or failed', async () => {
    const more = `  migrate:\n    run: once\n    process: { command: [sh, -c, "echo run >> $$TRUEUP_VOLUME_DATA/runs"] }\n    storage: { volumes: [data] }\n`;
    await using repo = await scratchRepo({ [MANIFEST]: shop({ more: more }) });
    const runs = (): Promise<string> => readFile(join(repo.engineRoot, 'volumes/shop_data/data/runs'), 'utf8');

    const first = await repo.trueup([...APPLY]);
    const second = await repo.trueup([...APPLY]);

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(await runs()).toBe('run\n');
    await repo.write({ [MANIFEST]: shop({ more: more.replace('echo run', 'echo run2') }) });
    await repo.trueup([...APPLY]);
    expect(await runs()).toBe('run\nrun2\n');
  });
});

describe('start and stop', () => {
  it('stops on purpose: apply, plan and drift leave it stopped until it is started', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);

    const stopped = await repo.trueup(['stop', 'worker']);
    const applied = await repo.trueup([...APPLY]);
    const drift = await repo.trueup(['drift']);
    const whileStopped = Object.keys(await repo.pids());
    const status = await repo.trueup(['status', '--output', 'json']);
    const started = await repo.trueup(['start', 'worker']);

    expect([stopped.status, applied.status, drift.status, started.status]).toEqual([0, 0, 0, 0]);
    expect(whileStopped).not.toContain('service.worker');
    expect(status.stdout).toContain('"run_state": "stopped"');
    expect(Object.keys(await repo.pids())).toContain('service.worker');
  });

  it('restarts a service as it is, without applying edits', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    const before = await repo.pids();
    await repo.write({ [MANIFEST]: shop({ logLevel: 'debug' }) });

    const restarted = await repo.trueup(['restart', 'api']);

    const { 'service.api': pid } = await repo.pids();
    expect(restarted.status).toBe(0);
    expect(pid).not.toBe(before['service.api']);
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toContain('LOG_LEVEL=info');
  });
});

describe('drift', () => {
  it('finds what was killed and paused, names the cause, and apply heals it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    const { 'service.api': api, 'service.worker': worker } = await repo.pids();
    process.kill(Number(api), 'SIGKILL');
    process.kill(Number(worker), 'SIGSTOP');
    await eventually(async () => Object.keys(await repo.pids()).length === 2, 'the killed process to be gone');

    const drift = await repo.trueup(['drift', '--output', 'json']);
    const healed = await repo.trueup([...APPLY]);
    const quiet = await repo.trueup(['drift']);

    expect(drift.status).toBe(2);
    const found = JSON.parse(drift.stdout) as { resource_drift?: { address: string; cause: string }[] };
    expect(JSON.stringify(found)).toContain('service.api');
    expect(JSON.stringify(found)).toContain('service.worker');
    expect(healed.status).toBe(0);
    expect(quiet.status).toBe(0);
    const after = await repo.pids();
    expect(after['service.worker']).toBe(worker);
    expect(await readFile(`/proc/${worker}/stat`, 'utf8')).toMatch(/\) [SR] /);
    expect(after['service.api']).not.toBe(api);
  });

  it('counts no commit as drift', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    await repo.write({ [MANIFEST]: shop({ logLevel: 'debug' }) });
    await repo.commit();

    expect((await repo.trueup(['drift'])).status).toBe(0);
    expect((await repo.trueup(['plan', '--detailed-exitcode'])).status).toBe(2);
  });

  it('leaves no trace: neither plan nor drift nor status writes anything but reports', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    const before = await repo.tree();

    for (const command of ['plan', 'drift', 'status', 'validate', 'show']) {
      const options = command === 'plan' || command === 'drift' ? ['--no-report'] : [];
      expect((await repo.trueup([command, ...options])).status).toBe(0);
    }

    expect(await repo.tree()).toEqual(before);
  });
});

describe('a saved plan', () => {
  it('is carried out as it was shown', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    const saved = await repo.trueup(['plan', '--out', 'plan.json']);
    const applied = await repo.trueup([...APPLY, 'plan.json']);

    expect([saved.status, applied.status]).toEqual([0, 0]);
    expect(Object.keys(await repo.pids()).sort()).toEqual(['service.api', 'service.db', 'service.worker']);
  });

  it('is refused once a resource that it touches has moved, and nothing is done', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    await repo.trueup([...APPLY]);
    await repo.write({ [MANIFEST]: shop({ logLevel: 'debug' }) });
    await repo.trueup(['plan', '--out', 'plan.json']);
    await repo.write({ [MANIFEST]: shop({ logLevel: 'trace' }) });
    const before = await repo.pids();

    const applied = await repo.trueup([...APPLY, 'plan.json']);

    expect(applied.status).toBe(4);
    expect(applied.stderr).toContain('service.api');
    expect(await repo.pids()).toEqual(before);
  });
});
