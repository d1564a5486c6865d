/** From physical names back to manifest keys. */
import { describe, expect, it } from 'vitest';
import type { NetworkInspect, VolumeInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { namesOf } from '../../../../../src/drivers/docker/fields/names.ts';
import { ownershipLabels } from '../../../../../src/drivers/docker/labels.ts';
import { labelled, OWNERSHIP, SCOPE } from './scene.ts';

type Labels = NetworkInspect['Labels'];

function network(id: string, name: string, labels: Labels = {}): NetworkInspect {
  return { Id: id, Name: name, Created: '', Driver: 'bridge', Labels: labels };
}

function volume(name: string, labels: Labels = null): VolumeInspect {
  return { Name: name, Driver: 'local', Mountpoint: '', Labels: labels };
}

const HEX = 'ab'.repeat(32);

describe('the key of a network', () => {
  it('is the one on its label where it is ours, by id', () => {
    const names = namesOf({ networks: [network('1', 'shop_inner', labelled('network.inner'))], volumes: [] }, SCOPE);

    expect(names.network('shop_inner', '1')).toBe('inner');
  });

  it('is looked for by name in a container that never ran, and is ours where two have the name', () => {
    const networks = [network('1', 'twin'), network('2', 'twin', labelled('network.inner')), network('3', 'twin')];

    expect(namesOf({ networks, volumes: [] }, SCOPE).network('twin', '')).toBe('inner');
  });

  it('is looked for by name where an engine says the name in the place of the id', () => {
    const networks = [network('1', 'shop_inner', labelled('network.inner'))];

    expect(namesOf({ networks, volumes: [] }, SCOPE).network('shop_inner', 'shop_inner')).toBe('inner');
  });

  it('is none where the network with this id is gone, although another has its name', () => {
    const names = namesOf({ networks: [network('2', 'shop_inner', labelled('network.inner'))], volumes: [] }, SCOPE);

    expect(names.network('shop_inner', '1')).toBeNull();
    expect(names.network('gone', '')).toBeNull();
  });

  it('is what the manifests call something external, whatever its label says', () => {
    const scope = { ...SCOPE, external: { 'network theirs': 'network.shared' } as const };
    const networks = [network('1', 'theirs', labelled('network.old'))];

    expect(namesOf({ networks, volumes: [] }, scope).network('theirs', '1')).toBe('shared');
  });

  it.each([
    ['another checkout', { ...OWNERSHIP, owner: 'o2' }],
    ['another environment', { ...OWNERSHIP, environment: 'staging' }],
  ])('is the physical name where it belongs to %s', (_, ownership) => {
    const networks = [network('1', 'theirs', ownershipLabels(ownership, 'network.inner'))];

    expect(namesOf({ networks, volumes: [] }, SCOPE).network('theirs', '1')).toBe('theirs');
  });

  it.each([
    ['there is', [network('2', 'shop_inner', labelled('network.inner'))], {}],
    ['there is to be', [], { network: ['shop_inner'] }],
  ])('is never taken for a key that %s', (_, others, wanted) => {
    const names = namesOf({ networks: [network('1', 'inner'), ...others], volumes: [] }, { ...SCOPE, names: wanted });

    expect(names.network('inner', '1')).toBe('engine:inner');
  });

  it('is none for the network that stands for no network', () => {
    expect(namesOf({ networks: [network('1', 'none')], volumes: [] }, SCOPE).network('none', '1')).toBeNull();
  });
});

describe('the key of a volume', () => {
  it('is the one on its label, what the manifests call it, or its name', () => {
    const volumes = [volume('shop_data', labelled('volume.data')), volume('theirs'), volume('other')];
    const names = namesOf({ networks: [], volumes }, { ...SCOPE, external: { 'volume theirs': 'volume.shared' } });

    expect(['shop_data', 'theirs', 'other'].map((name) => names.volume(name))).toEqual(['data', 'shared', 'other']);
  });

  it('is none where the engine gave it its name, whether it still says so or not', () => {
    const volumes = [volume(HEX), volume('odd', { 'com.docker.volume.anonymous': '' })];
    const names = namesOf({ networks: [], volumes }, SCOPE);

    expect([HEX, 'cd'.repeat(32), 'odd'].map((name) => names.volume(name))).toEqual([null, null, null]);
  });
});
