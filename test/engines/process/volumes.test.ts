import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCOPE, TestEngine } from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

function data(name: string, file = ''): string {
  return join(engine.root, 'volumes', name, 'data', file);
}

describe('a volume', () => {
  it('is a folder with an entry; making it again keeps the data', async () => {
    const config = {
      driver: 'local',
      driver_opts: {},
      labels: { a: 'b' },
      metadata: { purpose: 'rows' },
      protect: true,
    };
    await engine.run('create_volume', { name: 'shop_data', config }, 'volume.data');
    writeFileSync(data('shop_data', 'rows'), '1');

    await engine.run('create_volume', { name: 'shop_data', config }, 'volume.data');

    expect(readFileSync(data('shop_data', 'rows'), 'utf8')).toBe('1');
    const volume = await engine.look('shop_data', 'volume');
    expect(volume).toMatchObject({
      configured: config,
      status: { run_state: null, details: { path: join(engine.root, 'volumes', 'shop_data', 'data') } },
    });
  });

  it('that was removed is freed by the next change where its remover died', async () => {
    const trash = join(engine.root, 'trash');
    mkdirSync(join(trash, 'removed', 'data'), { recursive: true });
    writeFileSync(join(trash, 'removed', 'data', 'rows'), '1');

    await engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.data');

    expect(existsSync(trash)).toBe(false);
  });

  it('does not exist any more once its folder is gone', async () => {
    await engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.data');
    rmSync(data('shop_data'), { recursive: true });

    expect(await engine.objects()).toEqual([]);
  });

  it('takes new labels in place', async () => {
    await engine.run('create_volume', { name: 'shop_data', config: { labels: { a: '1' } } }, 'volume.data');
    const { id } = await engine.look('shop_data', 'volume');

    await engine.run('update_volume', { name: 'shop_data', config: { labels: { a: '2' } } }, 'volume.data');

    expect(await engine.look('shop_data', 'volume')).toMatchObject({ id, configured: { labels: { a: '2' } } });
  });

  it('is renamed with its data, also when the rename was cut short', async () => {
    const args = { name: 'shop_new', previous_name: 'shop_old', config: {} };
    await engine.run('create_volume', { name: 'shop_old', config: {} }, 'volume.old');
    writeFileSync(data('shop_old', 'rows'), '1');

    await engine.run('rename_volume', args, 'volume.new');
    await engine.run('rename_volume', args, 'volume.new');

    expect(readFileSync(data('shop_new', 'rows'), 'utf8')).toBe('1');
    expect(existsSync(data('shop_old'))).toBe(false);
    expect((await engine.look('shop_new', 'volume')).ownership?.address).toBe('volume.new');
  });

  it('is not renamed over another one that has data', async () => {
    await engine.run('create_volume', { name: 'shop_old', config: {} }, 'volume.old');
    await engine.run('create_volume', { name: 'shop_new', config: {} }, 'volume.new');

    const rename = engine.run(
      'rename_volume',
      { name: 'shop_new', previous_name: 'shop_old', config: {} },
      'volume.new',
    );

    await expect(rename).rejects.toMatchObject({ code: 'name_in_use' });
    expect(existsSync(data('shop_old'))).toBe(true);
  });

  it('is removed with its data, and removing it again succeeds', async () => {
    await engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.data');

    await engine.run('remove_volume', { name: 'shop_data' }, 'volume.data');
    await engine.run('remove_volume', { name: 'shop_data' }, 'volume.data');

    expect(existsSync(join(engine.root, 'volumes', 'shop_data'))).toBe(false);
    expect(await engine.objects()).toEqual([]);
  });

  it('of another owner is refused', async () => {
    await engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.data');

    await expect(engine.run('create_volume', { name: 'shop_data', config: {} }, 'volume.other')).rejects.toMatchObject({
      code: 'name_in_use',
    });
    expect(await engine.objects({ ...SCOPE, environment: 'other' })).toEqual([]);
  });

  it('with a damaged entry is repaired by an update, and keeps its data', async () => {
    await engine.run('create_volume', { name: 'shop_data', config: { labels: { a: '1' } } }, 'volume.data');
    writeFileSync(data('shop_data', 'rows'), '1');
    writeFileSync(join(engine.root, 'volumes', 'shop_data', 'entry.json'), '{"id":');
    expect(await engine.look('shop_data', 'volume')).toMatchObject({
      configured: {},
      ownership: { address: 'volume.data' },
    });

    await engine.run('update_volume', { name: 'shop_data', config: { labels: { a: '1' } } }, 'volume.data');

    expect((await engine.look('shop_data', 'volume')).configured).toEqual({ labels: { a: '1' } });
    expect(readFileSync(data('shop_data', 'rows'), 'utf8')).toBe('1');
  });
});
