import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inWholeFolder } from '../../../../src/drivers/process/whole-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trueup-whole-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('folders of the process registry', () => {
  it('are made by many at once, each of whom takes away what is empty', async () => {
    const parent = join(root, 'services');
    const made: string[] = [];

    async function worker(which: number): Promise<void> {
      for (let round = 0; round < 150; round += 1) {
        const name = `s${which}-${round}`;
        await inWholeFolder(root, parent, name, async (folder) => writeFileSync(join(folder, 'x'), name));
        made.push(name);
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, which) => worker(which)));

    expect(readdirSync(parent).sort()).toEqual(made.sort());
    for (const name of made) expect(readFileSync(join(parent, name, 'x'), 'utf8')).toBe(name);
    expect(readdirSync(root)).toEqual(['services']);
  });
});
