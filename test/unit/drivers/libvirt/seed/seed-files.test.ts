import { describe, expect, it } from 'vitest';
import { readSeedFiles, secretParts, seedFiles } from '../../../../../src/drivers/libvirt/seed/seed-files.ts';
import type { Vault } from '../../../../../src/model/secret.ts';

const SECRET = { $secret: 'sealed' };
const VAULT: Vault = { reveal: () => '#cloud-config\npassword: hunter2\n', mask: (text) => text };
const SEALER = { seal: () => SECRET };

describe('what cloud-init is told', () => {
  it('is nothing where nothing is declared', () => {
    expect(seedFiles('box', { cloud_init: { user_data: null }, provision: [] }, VAULT)).toBeNull();
  });

  it('names the machine where nobody says otherwise', () => {
    const files = seedFiles('box', { cloud_init: { user_data: '#cloud-config\n' } }, VAULT);

    expect(files?.['meta-data']).toBe('instance-id: box\nlocal-hostname: box\n');
  });

  it('holds what is secret, which is read back sealed', () => {
    const config = { cloud_init: { user_data: SECRET }, provision: [{ mode: 'system', script: SECRET }] };

    const files = seedFiles('box', config, VAULT) ?? {};
    const read = readSeedFiles(files, secretParts(config), SEALER);

    expect(files['user-data']).toContain('hunter2');
    expect(read).toMatchObject(config);
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it('is read back as it is where somebody put something else there', () => {
    expect(readSeedFiles({ 'user-data': '#!/bin/sh\n' }, [], SEALER)).toEqual({
      cloud_init: { user_data: '#!/bin/sh\n', meta_data: null, network_config: null },
      provision: [],
    });
  });
});
