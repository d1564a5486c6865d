import { describe, expect, it } from 'vitest';
import { versionTarget } from '../../../src/flow/vm-version-target.ts';
import type { ConfigurationVersion } from '../../../src/model/configuration-history.ts';

const COMMIT = 'a'.repeat(40);
const BOX = { environment: 'local', address: 'vm.box' } as const;

function version(number: number, overrides: Partial<ConfigurationVersion> = {}): ConfigurationVersion {
  return {
    id: String(number),
    configId: 'local/vm.box',
    version: number,
    content: '',
    changeDescription: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    revision: { commit: COMMIT, dirty: false },
    digest: '',
    ...overrides,
  };
}

describe('the version of a VM to go back to', () => {
  it('is the commit that it was applied from', () => {
    const other = version(2, { configId: 'local/vm.other', revision: { commit: 'b'.repeat(40), dirty: false } });

    expect(versionTarget(BOX, 2, [version(1), other, version(2)])).toBe(COMMIT);
  });

  it('is refused where git does not hold it, with the commit that is nearest', () => {
    const dirty = version(1, { revision: { commit: COMMIT, dirty: true } });
    const early = version(2, { revision: { commit: null, dirty: true } });
    const of = (number: number) => () => versionTarget(BOX, number, [dirty, early]);

    expect(of(1)).toThrow(/version 1 of local\/vm\.box .* changes beyond aaaaaaaaaaaa, which git does not hold/);
    expect(of(2)).toThrow(/before the first commit/);
  });

  it('is refused where nobody knows of it, with those that there are', () => {
    const known = [version(3), version(4)];

    expect(() => versionTarget(BOX, 7, known)).toThrow(
      expect.objectContaining({
        code: 'nothing_to_go_back_to',
        fields: { address: 'local/vm.box', version: 7, known: [3, 4] },
      }),
    );
    expect(() => versionTarget(BOX, 1, [])).toThrow(/local\/vm\.box has no version 1/);
  });
});
