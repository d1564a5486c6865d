import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workingTree } from '../../../../src/git/working-tree.ts';
import { confinedTree } from '../../../../src/manifest/allow/confined-tree.ts';
import { MOST_MARKS } from '../../../../src/manifest/allow/intricacy.ts';
import { scratchFolder, write } from '../../git/scratch-repo.ts';
import { policyOf } from './support.ts';

const PAGE = '<p>\n'.repeat(MOST_MARKS + 1);

describe('a file of somebody else', () => {
  it('is too much for a parser, and not for a service that mounts it', async () => {
    const root = scratchFolder();
    write(root, { 'site/index.html': PAGE });
    const { limits } = await policyOf();
    const plain = workingTree(root, new Set());

    const mounted = await confinedTree(plain, limits, root, 'mount').read('site/index.html');

    expect(Buffer.from(mounted ?? []).equals(readFileSync(join(root, 'site/index.html')))).toBe(true);
    await expect(confinedTree(plain, limits, root).read('site/index.html')).rejects.toMatchObject({
      code: 'file_unreadable',
    });
  });

  it('is too large for either, and read for neither outside of its clone', async () => {
    const root = scratchFolder();
    const { limits } = await policyOf();
    write(root, { large: 'x'.repeat(limits.file_size + 1) });
    const tree = confinedTree(workingTree(root, new Set()), limits, root, 'mount');

    await expect(tree.read('large')).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(tree.read('../outside')).rejects.toMatchObject({ code: 'file_unreadable' });
  });
});
