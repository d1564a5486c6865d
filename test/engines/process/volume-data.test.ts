import { existsSync, linkSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import { engineOf } from '../../../src/drivers/process/engine.ts';
import { readVolume, writeVolume } from '../../../src/drivers/process/volume-data.ts';
import { createVolume } from '../../../src/drivers/process/volumes.ts';
import { archiveChunks } from '../../../src/files/archive-chunks.ts';

const CONTEXT = {
  signal: new AbortController().signal,
  owners: ['me'],
  ownership: { owner: 'me', environment: 'local' },
} as unknown as StepContext;

async function scratch(): Promise<{ readonly engine: ReturnType<typeof engineOf>; data(name: string): string }> {
  const root = await mkdtemp(join(tmpdir(), 'tu-data-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const data = (name: string): string => join(root, 'volumes', name, 'data');
  for (const name of ['one', 'two']) await mkdir(data(name), { recursive: true, mode: 0o700 });
  return { engine: engineOf({ name: 'process', driver: 'process', settings: { root } }), data };
}

describe('the data of a volume of the process engine', () => {
  it('comes back with modes, times and links, in the place of all that was there', async () => {
    const { engine, data } = await scratch();
    const from = data('one');
    await mkdir(join(from, 'deep/er'), { recursive: true });
    await writeFile(join(from, 'deep/er/run'), 'echo hi');
    await writeFile(join(from, 'empty'), '');
    await chmod(join(from, 'deep/er/run'), 0o4510);
    await symlink('/etc/passwd', join(from, 'link'));
    linkSync(join(from, 'empty'), join(from, 'twin'));
    await utimes(join(from, 'deep'), 1000, 1000);
    await writeFile(join(from, 'x'.repeat(200)), 'a long name');
    await chmod(from, 0o750);
    await writeFile(join(data('two'), 'rubbish'), '');

    await writeVolume(engine, 'two', readVolume(engine, 'one', CONTEXT), CONTEXT);

    const to = data('two');
    expect(readdirSync(to).sort()).toEqual(readdirSync(from).sort());
    expect(readFileSync(join(to, 'deep/er/run'), 'utf8')).toBe('echo hi');
    expect(statSync(join(to, 'deep/er/run')).mode & 0o7777).toBe(0o4510);
    expect(statSync(join(to, 'deep')).mtimeMs).toBe(1_000_000);
    expect(readlinkSync(join(to, 'link'))).toBe('/etc/passwd');
    expect(statSync(join(to, 'twin')).ino).toBe(statSync(join(to, 'empty')).ino);
    expect(statSync(to).mode & 0o777).toBe(0o750);
    expect(existsSync(join(to, '..', 'data.old'))).toBe(false);
  });

  it.each([
    ['above it', [{ name: '../out' }]],
    ['from the root', [{ name: '/tmp/trueup-out' }]],
    ['behind a link', [{ name: 'l', type: 'symlink', linkname: '/tmp' }, { name: 'l/trueup-out' }]],
    ['by a hard link', [{ name: 'h', type: 'link', linkname: '../../entry.json' }]],
    [
      'behind another name of a link',
      [
        { name: 'l', type: 'symlink', linkname: '/tmp' },
        { name: 'h', type: 'link', linkname: 'l' },
        { name: 'h/trueup-out' },
      ],
    ],
    [
      'the rights of what a link leads to',
      [
        { name: 'l', type: 'symlink', linkname: '/tmp' },
        { name: 'l', type: 'directory', mode: 0o41777 },
      ],
    ],
  ] as const)('stays as it was where an archive would write %s', async (_, entries) => {
    const { engine, data } = await scratch();
    await writeFile(join(data('one'), 'kept'), 'kept');
    const packed = pack();
    for (const entry of entries) packed.entry({ ...entry }, 'type' in entry ? undefined : 'out');
    packed.finalize();

    await expect(writeVolume(engine, 'one', archiveChunks(packed), CONTEXT)).rejects.toThrow('out of the volume');

    expect(readdirSync(data('one'))).toEqual(['kept']);
    expect(existsSync('/tmp/trueup-out')).toBe(false);
    expect(existsSync(join(data('one'), '..', 'data.new'))).toBe(false);
  });

  it('is filled again where what it held before was left beside it', async () => {
    const { engine, data } = await scratch();
    const old = join(data('two'), '..', 'data.old');
    await mkdir(join(old, 'deep'), { recursive: true });
    await writeFile(join(data('one'), 'kept'), 'kept');

    await writeVolume(engine, 'two', readVolume(engine, 'one', CONTEXT), CONTEXT);

    expect(readdirSync(data('two'))).toEqual(['kept']);
    expect(existsSync(old)).toBe(false);
  });

  it.each([
    ['is filled with what was to come', ['data.old', 'data.new'], ['new']],
    ['has what it held', ['data.old'], ['old']],
    ['is empty, and not what was only begun', ['data.new'], []],
  ])('%s where a crash left only %j', async (_, left, expected) => {
    const { engine, data } = await scratch();
    const folder = join(data('one'), '..');
    await rm(data('one'), { recursive: true });
    for (const name of left) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, name.replace('data.', '')), '');
    }

    await createVolume(engine, 'volume.one', { name: 'one', config: {} }, CONTEXT);

    expect(readdirSync(data('one'))).toEqual(expected);
  });

  it('stays as it was where the archive breaks off', async () => {
    const { engine, data } = await scratch();
    await writeFile(join(data('one'), 'kept'), 'kept');
    async function* torn(): AsyncGenerator<Uint8Array> {
      for await (const chunk of readVolume(engine, 'one', CONTEXT)) {
        yield chunk.subarray(0, 700);
        throw new Error('torn');
      }
    }

    await expect(writeVolume(engine, 'one', torn(), CONTEXT)).rejects.toMatchObject({ code: 'step_failed' });

    expect(lstatSync(join(data('one'), 'kept')).isFile()).toBe(true);
  });
});
