import { describe, expect, it } from 'vitest';
import { sameSecret, UNRESOLVED_SECRET, unresolvedSecret } from '../../../src/model/secret.ts';

describe('two secrets', () => {
  it('are the same or not where both are known, and where they are declared alike', () => {
    expect(sameSecret({ $secret: 'a' }, { $secret: 'a' })).toBe(true);
    expect(sameSecret({ $secret: 'a' }, { $secret: 'b' })).toBe(false);
    expect(sameSecret(unresolvedSecret('file'), unresolvedSecret('file'))).toBe(true);
  });

  it('cannot be told apart where one is not known', () => {
    expect(sameSecret(unresolvedSecret('file'), unresolvedSecret('other'))).toBeNull();
    expect(sameSecret(UNRESOLVED_SECRET, UNRESOLVED_SECRET)).toBeNull();
    expect(sameSecret({ $secret: 'a' }, unresolvedSecret('file'))).toBeNull();
  });
});
