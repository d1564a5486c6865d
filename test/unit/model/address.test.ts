import { describe, expect, it } from 'vitest';
import {
  addressOf,
  isAddress,
  keyOf,
  parseQualifiedAddress,
  RESOURCE_TYPES,
  typeOf,
} from '../../../src/model/address.ts';

describe('addresses', () => {
  it('are the type up to the first dot, then the key, whatever dots the key has', () => {
    for (const type of RESOURCE_TYPES) {
      const address = addressOf(type, 'a.b-c_d.9');
      expect([address, typeOf(address), keyOf(address), isAddress(address)]).toEqual([
        `${type}.a.b-c_d.9`,
        type,
        'a.b-c_d.9',
        true,
      ]);
    }
    expect(
      ['web', 'service', 'service.', 'thing.web', '.web', '', 'services.web', 'local/service.web'].filter(isAddress),
    ).toEqual([]);
  });

  it('may name their environment', () => {
    expect(parseQualifiedAddress('local/service.web')).toEqual({ environment: 'local', address: 'service.web' });
    expect(parseQualifiedAddress('volume.data')).toEqual({ environment: null, address: 'volume.data' });
    expect(['local/web', '/service.web', 'local', 'local/', 'a/b/service.web', ''].map(parseQualifiedAddress)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
