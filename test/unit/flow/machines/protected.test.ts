import { describe, expect, it } from 'vitest';
import { protectorOf } from '../../../../src/flow/machines/protected.ts';
import type { DesiredEnvironment, DesiredResource, EngineDeclaration } from '../../../../src/model/desired.ts';
import { desired, environment } from '../../../support/builders.ts';

const HOST: EngineDeclaration = { name: 'host', driver: 'libvirt', settings: {} };
const BUILDER = desired('builder', { type: 'vm', name: 'shop-builder', engine: 'host' });

function shop(...resources: readonly DesiredResource[]): DesiredEnvironment {
  const inside = { provider: 'vm.builder', name: 'shop-builder', config: {}, engine: HOST } as const;
  return environment([...resources], {
    engines: { host: HOST, inner: { name: 'inner', driver: 'docker', settings: {}, inside } },
  });
}

function volume(engine: string, isProtected: boolean): DesiredResource {
  return desired('data', { type: 'volume', engine, protect: isProtected });
}

describe('what keeps a VM as it is', () => {
  it.each([
    ['its own protection', shop({ ...BUILDER, protect: true }, volume('inner', true)), 'vm.builder'],
    ['what is protected inside of it', shop(BUILDER, volume('inner', true)), 'volume.data'],
    ['nothing that is protected elsewhere', shop(BUILDER, volume('host', true)), undefined],
    ['nothing that is not protected', shop(BUILDER, volume('inner', false)), undefined],
  ] as const)('is %s', (_, wanted, address) => {
    expect(protectorOf('vm.builder', wanted)?.address).toBe(address);
  });
});
