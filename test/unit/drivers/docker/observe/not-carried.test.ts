import { describe, expect, it } from 'vitest';
import {
  NOT_CARRIED,
  networkNotCarried,
  notCarried,
  type Surroundings,
} from '../../../../../src/drivers/docker/observe/not-carried.ts';
import { UNCARRIED, USUAL } from '../../../../support/docker/import/uncarried.ts';
import { container, image, network } from './fixtures.ts';

const NOW: Surroundings = { image: null, cgroups: '2' };

describe('what no manifest can say of a container', () => {
  it('has a container for every option that is told', () => {
    expect([...new Set(UNCARRIED.map(({ option }) => option))]).toEqual(NOT_CARRIED);
  });

  it.each(UNCARRIED)('is $option, and nothing else, as $words', ({ option, inspect }) => {
    expect(notCarried(container('web', { more: inspect }), NOW)).toEqual([option]);
  });

  it.each(USUAL)('is nothing of what engines set by themselves: %j', (inspect) => {
    expect(notCarried(container('web', { more: inspect }), NOW)).toEqual([]);
  });

  it('is no namespace that all containers of such a machine have', () => {
    const inOf = (mode: string): ReturnType<typeof container> =>
      container('web', { more: { HostConfig: { CgroupnsMode: mode } } });

    expect(notCarried(inOf('host'), { ...NOW, cgroups: '1' })).toEqual([]);
    expect(notCarried(inOf('private'), { ...NOW, cgroups: '1' })).toEqual(['--cgroupns']);
  });

  it('is no port that the image exposes', () => {
    const exposing = { ...image('app:1'), Config: { ExposedPorts: { '80/tcp': {} } } };
    const web = container('web', { more: { Config: { ExposedPorts: { '80/tcp': {} } } } });

    expect(notCarried(web, { ...NOW, image: exposing })).toEqual([]);
    expect(notCarried(web, NOW)).toEqual(['--expose']);
  });

  it.each([
    ['--aux-address', { IPAM: { Config: [{ Subnet: '10.0.0.0/24', AuxiliaryAddresses: { a: '10.0.0.9' } }] } }],
    ['--config-from', { ConfigFrom: { Network: 'x' } }],
    ['--config-only', { ConfigOnly: true }],
    ['--ipam-opt', { IPAM: { Options: { a: 'b' } } }],
    ['--ipv4=false', { EnableIPv4: false }],
  ])('is %s of a network', (option, said) => {
    expect(networkNotCarried({ ...network('lab'), ...said })).toEqual([option]);
  });
});
