import { describe, expect, it } from 'vitest';
import { select, withDependencies } from '../../../src/flow/selection.ts';
import { desired, environment } from '../../support/builders.ts';

const IMAGE = 'ghcr.io/acme/api:1';
const image = desired(IMAGE, { type: 'image', name: IMAGE });
const web = desired('web', { uses: [image.address] });
const local = environment([web, image]);
const ci = environment([desired('job')], { name: 'ci' });

function addresses(word: string): readonly string[] {
  return select([word], [local, ci]).flatMap(({ environment: { name }, addresses: found }) =>
    found.map((address) => `${name}/${address}`),
  );
}

describe('a word of the command line', () => {
  it.each([IMAGE, `image.${IMAGE}`, `local/${IMAGE}`, `local/image.${IMAGE}`])('means the image: %s', (word) => {
    expect(addresses(word)).toEqual([`local/image.${IMAGE}`]);
  });

  it.each(['web', 'service.web', 'local/web', 'local/service.web'])('means the service: %s', (word) => {
    expect(addresses(word)).toEqual(['local/service.web']);
  });

  it.each(['ci/web', 'ghcr.io/acme/api:2', 'other/service.web'])('means nothing: %s', (word) => {
    expect(() => addresses(word)).toThrow('no environment or resource is called');
  });
});

describe('a service that is asked for', () => {
  it('takes its image along', () => {
    expect([...withDependencies(local, [web.address])]).toEqual([web.address, image.address]);
  });
});
