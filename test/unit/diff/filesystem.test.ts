import { fc, it as law } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { listedPaths, MOST_PATHS } from '../../../src/diff/filesystem.ts';
import type { FilesystemChange, FilesystemChangeKind } from '../../../src/model/filesystem.ts';

function listed(...lines: readonly string[]): readonly string[] {
  const kinds: Readonly<Record<string, FilesystemChangeKind>> = { A: 'added', C: 'changed', D: 'deleted' };
  const changes = lines.map((line) => ({ path: line.slice(2), change: kinds[line.slice(0, 1)] ?? 'added' }));
  return listedPaths(changes).changes.map(({ path, change }) => `${change} ${path}`);
}

const CHANGE: fc.Arbitrary<FilesystemChange> = fc.record({
  path: fc
    .array(fc.constantFrom('a', 'b', 'a.b'), { minLength: 1, maxLength: 4 })
    .map((names) => `/${names.join('/')}`),
  change: fc.constantFrom('added', 'changed', 'deleted'),
});
const CHANGES = fc.uniqueArray(CHANGE, { selector: ({ path }) => path, maxLength: 60 });

describe('the changes of files that are listed', () => {
  it('leave out a folder that is there for what changed in it alone', () => {
    expect(listed('C /etc', 'C /etc/group', 'C /var', 'C /var/log', 'D /var/log/old', 'C /srv')).toEqual([
      'changed /etc/group',
      'changed /srv',
      'deleted /var/log/old',
    ]);
  });

  it('say an added folder for all that was added in it, and nothing of a neighbour with a longer name', () => {
    expect(listed('A /opt/tool', 'A /opt/tool/bin', 'A /opt/tool/bin/a', 'A /opt/tool.txt', 'C /opt')).toEqual([
      'added /opt/tool',
      'added /opt/tool.txt',
    ]);
  });

  it('are no more than so many, and the rest is counted', () => {
    const changes = Array.from({ length: MOST_PATHS + 7 }, (_none, index) => {
      return { path: `/f${String(index).padStart(3, '0')}`, change: 'added' as const };
    });
    const { changes: first, omitted } = listedPaths(changes.toReversed());
    expect(first).toEqual(changes.slice(0, MOST_PATHS));
    expect(omitted).toBe(7);
    expect(listedPaths([])).toEqual({ changes: [], omitted: 0 });
  });

  law.prop([CHANGES])(
    'are the same in whatever order an engine tells them, and listing them again changes nothing',
    (all) => {
      const once = listedPaths(all);
      expect(listedPaths(all.toReversed())).toEqual(once);
      expect(listedPaths(once.changes)).toEqual(once);
    },
  );

  law.prop([CHANGES])('leave nothing out that is not in a listed one, or above one', (all) => {
    const { changes } = listedPaths(all);
    for (const { path } of all) {
      expect(
        changes.some((kept) => `${path}/`.startsWith(`${kept.path}/`) || kept.path.startsWith(`${path}/`)),
        path,
      ).toBe(true);
    }
  });
});
