import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretFiles, secretFileText } from '../../../../src/manifest/import/secret-files.ts';
import { SecretSources } from '../../../../src/manifest/secret-sources.ts';
import { never, scratchFolder, write } from '../../git/scratch-repo.ts';

async function readBack(folder: string, plain: string): Promise<unknown> {
  write(folder, { X: secretFileText(plain) });
  const sources = new SecretSources();
  const source = { source: 'file', path: join(folder, 'X') } as const;
  sources.read(source);
  await sources.fetch(never);
  return sources.read(source);
}

describe('a file of a secret', () => {
  it.each(['a', 'a\r', 'a\n', 'a\r\n', 'a\n\r', '\n', '\r', '\r\n', '\n\n', ' ', 'a\nb', '\ufeffa', '{{x}}$y'])(
    'reads back as what was written: %j',
    async (plain) => {
      expect(await readBack(scratchFolder(), plain)).toEqual({ status: 'known', plain });
    },
  );

  it('reads back whatever it is', async () => {
    const folder = scratchFolder();
    const text = fc.string({ minLength: 1, unit: fc.constantFrom('a', '\r', '\n', ' ', 'ü') });

    await fc.assert(
      fc.asyncProperty(text, async (plain) => {
        expect(await readBack(folder, plain)).toEqual({ status: 'known', plain });
      }),
      { numRuns: 200 },
    );
  });

  it.each([['../../etc/passwd'], ['.hidden'], [''], ['a/b c']])('of %j stays in its folder', (name) => {
    const file = new SecretFiles().fileFor(name, 'x', 'service.web');

    expect(file).toMatch(/^\.secrets\/[A-Za-z0-9_][A-Za-z0-9_.-]*$/);
  });
});
