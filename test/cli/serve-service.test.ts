import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const MANIFEST = 'environments/local/environment.yaml';

function manifest(program = 'sleep'): string {
  return `services: { web: { process: { command: [${program}, "1000"] } } }\n`;
}

const SETTINGS = `
notifications:
  desk:
    on: [failed, recovered, applied]
    command: { run: [sh, -c, 'cat >> .trueup/told; echo >> .trueup/told'] }
log: { file: .trueup/logs/serve.log }
`;

interface Told {
  readonly type: string;
  readonly data: { readonly kind: string; readonly summary: string };
}

describe('trueup serve', () => {
  it('tells whom the settings name of what fails and of what is good again, and logs to a file that may be moved away', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest(), 'trueup.yaml': SETTINGS });
    const told = (): readonly Told[] => {
      const path = join(repo.root, '.trueup/told');
      // What is yet to end in a line break is still being written.
      const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
      return lines.map((line) => JSON.parse(line) as Told);
    };
    const isTold = (...types: readonly string[]): Promise<unknown> =>
      eventually(
        () => types.every((type) => told().some((one) => `${one.data.kind} ${one.type.split('.').at(-2)}` === type)),
        () =>
          `${types.join()} in ${JSON.stringify(told())}\n${JSON.stringify(daemon.soFar())}\n${existsSync(log) ? readFileSync(log, 'utf8') : 'no log'}`,
      );
    await repo.commit('first');
    const log = join(repo.root, '.trueup/logs/serve.log');
    const daemon = repo.start(['serve']);
    await isTold('applied happened');

    await repo.write({ [MANIFEST]: manifest('no-such-program') });
    await repo.commit('bad');
    await isTold('failed began');
    renameSync(log, `${log}.moved`);
    daemon.child.kill('SIGHUP');
    await repo.write({ [MANIFEST]: manifest() });
    await repo.commit('good');
    await isTold('failed over');
    // Others are told from the commit on that says so.
    await repo.write({
      [MANIFEST]: `# changed\n${manifest('cat')}`,
      'trueup.yaml': SETTINGS.replaceAll('told', 'told-after'),
    });
    await repo.commit('other settings');
    const isLogged = (text: string): boolean => existsSync(log) && readFileSync(log, 'utf8').includes(text);
    await eventually(() => isLogged('other settings of trueup.yaml'), 'other settings');
    await repo.write({ [MANIFEST]: manifest() });
    await repo.commit('once more');
    await eventually(() => existsSync(join(repo.root, '.trueup/told-after')), 'the others');
    daemon.child.kill('SIGTERM');
    expect((await daemon.done).status).toBe(0);

    for (const one of told()) expect(schemaErrors('cloud-event', one)).toEqual([]);
    expect(told().filter(({ type }) => type.includes('.began.'))).toHaveLength(1);
    expect(readFileSync(`${log}.moved`, 'utf8')).toContain('"serving ');
    expect(readFileSync(log, 'utf8')).toContain('stopping');
    for (const line of readFileSync(log, 'utf8').trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('time');
  });
});

describe('trueup serve --install', () => {
  it.skipIf(process.platform === 'darwin')(
    'writes one unit for a repo from any of its folders, and takes it away',
    async () => {
      await using repo = await scratchRepo({ [MANIFEST]: manifest() });
      await repo.commit('first');
      const env = { ...repo.env, HOME: join(repo.scratch, 'home'), XDG_CONFIG_HOME: join(repo.scratch, 'config') };
      mkdirSync(env.HOME, { recursive: true });
      const serve = (...args: readonly string[]): ReturnType<typeof repo.trueup> =>
        repo.trueup(['serve', ...args, '--output', 'json'], { env });
      const units = join(repo.scratch, 'config/systemd/user');

      const first = await serve('--install', '--dry-run');
      const again = await serve('--install', '--dry-run', join(repo.root, 'environments'));
      const shown = await repo.trueup(['serve', '--install', '--dry-run'], { env });
      const installed = await serve('--installed');

      expect(first.status).toBe(0);
      const document = JSON.parse(first.stdout) as { readonly file: string; readonly log: string };
      expect(schemaErrors('service', document)).toEqual([]);
      expect(document).toMatchObject({ state: 'written', manager: 'systemd' });
      expect(JSON.parse(again.stdout)).toMatchObject({ state: 'unchanged', file: document.file });
      expect(JSON.parse(installed.stdout)).toMatchObject({ state: 'unchanged', active: false });
      expect(installed.status).toBe(1);
      expect(shown.stdout).toContain('a service that only plans and reports: it changes nothing');
      expect(readdirSync(units)).toHaveLength(1);
      const unit = readFileSync(document.file, 'utf8');
      expect(unit).toContain(`"serve" "--log-file" "${document.log}" "--dry-run" "--" "${repo.root}"`);
      expect(unit).toContain(`ExecStart="${process.execPath}"`);
      expect(document.log.startsWith(repo.env['XDG_STATE_HOME'] ?? '?')).toBe(true);

      expect(JSON.parse((await serve('--uninstall')).stdout)).toMatchObject({ state: 'removed' });
      expect(readdirSync(units)).toEqual([]);
    },
  );

  it('does two things at once not at all', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: manifest() });

    expect((await repo.trueup(['serve', '--install', '--uninstall'])).status).toBe(64);
    expect((await repo.trueup(['serve', '--install', '--var', 'a=b'])).status).toBe(64);
  });
});
