import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { putSeed, removeSeeds } from '../../../../../src/drivers/libvirt/seed/put-seed.ts';
import { changing } from '../changing.ts';

const CONFIG = { cloud_init: { user_data: '#cloud-config\n', meta_data: null, network_config: null }, provision: [] };

describe('what cloud-init reads', () => {
  it('is named by its content, and written where not all of it is there, and then no more', async () => {
    let written: Uint8Array = Buffer.from('a part');
    const tried = changing((command) => {
      if (command.startsWith('vol-upload')) written = readFileSync(command.split(' ')[4] ?? '');
      return command.startsWith('vol-download') ? { file: written } : undefined;
    });
    const uploads = (): number => tried.virsh.asked.filter((command) => command.startsWith('vol-upload')).length;

    const name = await putSeed(tried, 'demo-box', CONFIG);

    expect(name).toMatch(/^demo-box\.seed-[0-9a-f]{16}$/);
    expect(uploads()).toBe(1);
    await putSeed(tried, 'demo-box', CONFIG);
    expect(uploads()).toBe(1);
  });

  it('takes nothing away that only begins alike', async () => {
    const names = ['demo-box.seed-1.disk', 'demo-box.seed-backup.iso', 'demo-box.seed-0123456789abcdef'];
    const tried = changing((command) =>
      command.startsWith('vol-list')
        ? { stdout: names.map((name) => ` ${name}   /pool/${name}\n`).join('') }
        : undefined,
    );

    await removeSeeds(tried, 'demo-box', null, null);

    const deleted = tried.virsh.asked.filter((command) => command.startsWith('vol-delete'));
    expect(deleted).toEqual(['vol-delete --pool default demo-box.seed-0123456789abcdef']);
  });
});
