import { describe, expect, it } from 'vitest';
import { dockerDriver } from '../../../../src/drivers/docker/index.ts';
import { inWordsOf, withoutDefaults } from '../../../../src/flow/parity/without-chosen.ts';
import type { JsonObject } from '../../../../src/model/json.ts';

function attached(ipv6: string | null): JsonObject {
  return { networking: { networks: { inner: { ipv6_address: ipv6 } } } };
}

describe('what was observed, beside what the other side says', () => {
  it('stands in the words of a manifest where the engine takes both for the same', () => {
    const of = (seen: JsonObject, other: JsonObject): JsonObject =>
      inWordsOf(seen, { type: 'service', model: dockerDriver.model, other });

    expect(of(attached('fd00:50::9'), attached('fd00:50:0:0::9'))).toEqual(attached('fd00:50:0:0::9'));
    expect(of(attached('fd00:50::8'), attached('fd00:50:0:0::9'))).toEqual(attached('fd00:50::8'));
    expect(of({ labels: { a: '1' } }, {})).toEqual({ labels: { a: '1' } });
  });

  it('has no default that nobody set, whole lists and texts alone, unless the other side says it', () => {
    const seen = { command: ['a'], env: { PATH: '/bin', A: '1' }, user: 'root', secret: { $secret: 'x' } };
    const defaults = { command: ['a'], env: { PATH: '/bin', A: '2' }, user: 'root', secret: { $secret: 'y' } };

    expect(withoutDefaults(seen, defaults, {})).toEqual({ env: { A: '1' }, secret: { $secret: 'x' } });
    expect(withoutDefaults(seen, defaults, { user: 'root', env: { PATH: '/bin' } })).toEqual({
      env: { PATH: '/bin', A: '1' },
      user: 'root',
      secret: { $secret: 'x' },
    });
  });
});
