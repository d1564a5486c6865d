/** Edits on their way into the files: all of them or none, and nothing without a yes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { writeAgreed } from '../../../src/cli/manifest-writing.ts';
import type { DriftWriting, EditedFile } from '../../../src/model/drift-writing.ts';

function silent(): CommandContext {
  const none = (): void => undefined;
  const context = { output: 'text', print: none, note: none, stderr: { isTTY: false } };
  return context as unknown as CommandContext;
}

function edited(path: string, before: string, after: string): EditedFile {
  return { path, before, after, shown: { before, after } };
}

function writing(...files: readonly EditedFile[]): DriftWriting {
  return { environment: 'local', files, written: [], by_hand: [] };
}

async function inFolder(texts: Readonly<Record<string, string>>, act: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-writing-'));
  try {
    for (const [path, text] of Object.entries(texts)) await writeFile(join(root, path), text);
    await act(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

describe('manifests are written', () => {
  it('as they were shown', async () => {
    await inFolder({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' }, async (root) => {
      const writings = [writing(edited('a.yaml', 'a: 1\n', 'a: 2\n')), writing(edited('b.yaml', 'b: 1\n', 'b: 2\n'))];

      const isWritten = await writeAgreed(silent(), writings, { root, again: '`x`', autoApprove: true });

      expect(isWritten).toBe(true);
      expect(await readFile(join(root, 'a.yaml'), 'utf8')).toBe('a: 2\n');
      expect(await readFile(join(root, 'b.yaml'), 'utf8')).toBe('b: 2\n');
    });
  });

  it('not one of them where somebody has saved another one meanwhile', async () => {
    await inFolder({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: mine\n' }, async (root) => {
      const writings = [writing(edited('a.yaml', 'a: 1\n', 'a: 2\n'), edited('b.yaml', 'b: 1\n', 'b: 2\n'))];

      const wrote = writeAgreed(silent(), writings, { root, again: '`trueup parity --fix`', autoApprove: true });

      await expect(wrote).rejects.toMatchObject({
        code: 'file_changed',
        message: 'b.yaml was changed meanwhile; it stays as it is',
        next: 'run `trueup parity --fix` again',
      });
      expect(await readFile(join(root, 'a.yaml'), 'utf8')).toBe('a: 1\n');
      expect(await readFile(join(root, 'b.yaml'), 'utf8')).toBe('b: mine\n');
    });
  });

  it('not at all where nobody is there to say yes', async () => {
    await inFolder({ 'a.yaml': 'a: 1\n' }, async (root) => {
      const writings = [writing(edited('a.yaml', 'a: 1\n', 'a: 2\n'))];

      const wrote = writeAgreed(silent(), writings, { root, again: '`x`', autoApprove: false });

      await expect(wrote).rejects.toMatchObject({ code: 'confirmation_required' });
      expect(await readFile(join(root, 'a.yaml'), 'utf8')).toBe('a: 1\n');
    });
  });
});
