import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo, startTrueup } from '../support/cli.ts';
import { processesOf } from '../support/processes-of.ts';

interface Demo {
  readonly repo: string;
  readonly acts: readonly { readonly exit_code: number }[];
}

/** A place of its own for the demo's scratch folders, so that every process of it can be found by that path. */
async function stage(): Promise<ScratchRepo & { readonly temporary: string }> {
  const repo = await scratchRepo({}, { git: false });
  const temporary = join(repo.scratch, 'tmp');
  await mkdir(temporary);
  return { ...repo, temporary, env: { ...repo.env, TMPDIR: temporary } };
}

/** What still runs of any demo that was played there, judged by the operating system. */
function running({ temporary }: { readonly temporary: string }): Promise<readonly number[]> {
  return processesOf(join(temporary, 'trueup-demo-'), temporary);
}

describe('trueup demo', () => {
  it('plays from the first plan to the last process, and leaves reports and nothing else', async () => {
    await using place = await stage();

    const { status, stdout, stderr } = await place.trueup(['demo'], { env: place.env });

    expect(status, stdout + stderr).toBe(0);
    expect(stdout.match(/(?<=^\$ trueup )\w+/gm)?.join(' ')).toBe(
      'validate plan apply status plan apply plan drift apply drift destroy',
    );
    expect(stdout).toContain('"greeting":"Welcome"');
    expect(stdout).toContain('Nothing is left running.');
    expect(await running(place)).toEqual([]);
    const [, reports = ''] = /reported as JSON in\s+(\S+)\./.exec(stdout) ?? [];
    expect((await readdir(join(reports, 'local'))).toSorted()).toEqual(['drift', 'plan', 'run']);
    const [folder = ''] = await readdir(place.temporary);
    expect(await readdir(join(place.temporary, folder))).toEqual(['shop']);
    expect(await readdir(join(place.temporary, folder, 'shop'))).toEqual(['reports']);
  });

  it('touches no state of the user', async () => {
    await using place = await stage();

    await place.trueup(['demo', '--quiet'], { env: place.env });

    expect(existsSync(place.engineRoot)).toBe(false);
    expect(await readdir(join(place.scratch, 'state'))).toEqual([]);
  });

  it('keeps the repo when asked to, and says where', async () => {
    await using place = await stage();

    const { stdout } = await place.trueup(['demo', '--keep', '--output', 'json'], { env: place.env });

    const { repo, acts } = JSON.parse(stdout) as Demo;
    expect(existsSync(join(repo, '.git'))).toBe(true);
    expect(acts.map(({ exit_code: code }) => code)).toEqual([0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
    expect(await running(place)).toEqual([]);
  });

  it.each([
    ['SIGINT', 'before anything runs', /\$ trueup validate/],
    ['SIGINT', 'while services start', /\$ trueup apply/],
    ['SIGTERM', 'while everything runs', /\$ trueup status/],
    ['SIGHUP', 'while a process is paused', /\$ trueup drift/],
    ['SIGINT', 'while it is removed', /\$ trueup destroy/],
  ] as const)('leaves nothing running after %s %s', async (signal, _when, pattern) => {
    await using place = await stage();

    const playing = startTrueup(['demo'], { cwd: place.root, env: place.env });
    await playing.until(pattern);
    playing.child.kill(signal);
    const { status } = await playing.done;

    // Who comes when the last of it is gone finds it done.
    expect(pattern.source.includes('destroy') ? [0, 130] : [130]).toContain(status);
    expect(await running(place)).toEqual([]);
  });

  it('leaves nothing running after a second Ctrl-C either', async () => {
    await using place = await stage();

    const playing = startTrueup(['demo'], { cwd: place.root, env: place.env });
    await playing.until(/\$ trueup status/);
    playing.child.kill('SIGINT');
    await playing.until(/removing what the demo started/);
    playing.child.kill('SIGINT');
    const { status } = await playing.done;

    expect(status).toBe(130);
    expect(await running(place)).toEqual([]);
  });

  it('leaves nothing running when its reader leaves', async () => {
    await using place = await stage();

    const playing = startTrueup(['demo'], { cwd: place.root, env: place.env });
    await playing.until(/\$ trueup status/);
    playing.child.stdout?.destroy();
    await playing.done;

    expect(await running(place)).toEqual([]);
  });

  it('says what failed, and leaves nothing running, where it cannot go on', async () => {
    await using place = await stage();

    const { status, stderr } = await place.trueup(['demo'], { env: { ...place.env, PATH: '/nowhere' } });

    expect(status).toBe(1);
    expect(stderr).toContain('git');
    expect(await running(place)).toEqual([]);
  });
});
