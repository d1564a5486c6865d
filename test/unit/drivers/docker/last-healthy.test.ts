import { describe, expect, it } from 'vitest';
import { lastHealthyImage } from '../../../../src/drivers/docker/last-healthy.ts';
import { canonicalReference, parseImageReference } from '../../../../src/drivers/docker/registry/image-reference.ts';
import type { Address } from '../../../../src/model/address.ts';

function nameOf(project: string, address: Address): string {
  const { repository, tag } = lastHealthyImage(project, address);
  return `${repository}:${tag}`;
}

describe('the name of a kept image', () => {
  it('says whose it is', () => {
    expect(nameOf('shop', 'service.api.v2')).toBe('trueup.invalid/shop/api.v2:last-healthy');
  });

  it.each(['a._b', 'a..b', 'trailing-', 'trailing.', 'a___b', '_'])('is one that engines take, also of %s', (key) => {
    const name = nameOf('shop', `service.${key}`);

    const parsed = parseImageReference(name);
    expect(parsed === null ? null : canonicalReference(parsed)).toBe(name);
  });

  it('is another one for each service', () => {
    const keys = ['a-b', 'a._b', 'a..b', 'a___b', 'a-'];
    expect(new Set(keys.map((key) => nameOf('shop', `service.${key}`))).size).toBe(keys.length);
  });
});
