import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import type * as os from 'node:os';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { privateFolder, sweepDead } from '../../../src/files/private-folder.ts';

const MODULE = join(import.meta.dirname, '../../../src/files/private-folder.ts');

let parent = '';

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'trueup-test-'));
});

afterEach(() => rm(parent, { recursive: true }));

/** A process that has made a folder, and is killed. */
async function killedWithFolder(): Promise<void> {
  const script = `const { privateFolder } = await import(${JSON.stringify(MODULE)});
    await privateFolder('some-', ${JSON.stringify(parent)});
    process.stdout.write('made');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a private folder', () => {
  it('is nobody else’s to look into, and goes when it is done with', async () => {
    const folder = await privateFolder('some-', parent);

    const { mode } = await stat(folder.path);
    await folder[Symbol.asyncDispose]();

    expect({ mode: mode & 0o777, left: await readdir(parent) }).toEqual({ mode: 0o700, left: [] });
  });

  it('of a process that was killed is removed by the next, and of one that lives is not', async () => {
    await killedWithFolder();
    await using own = await privateFolder('other-', parent);
    const before = await readdir(parent);

    await sweepDead('some-', parent);
    await sweepDead('other-', parent);

    expect({ before: before.length, after: await readdir(parent) }).toEqual({
      before: 2,
      after: [own.path.slice(parent.length + 1)],
    });
  });

  it('of another host stays, whatever processes there are here: the folder may be shared', async () => {
    await killedWithFolder();
    vi.resetModules();
    vi.doMock('node:os', async (original) => ({ ...(await original<typeof os>()), hostname: () => 'elsewhere' }));
    const elsewhere = await import('../../../src/files/private-folder.ts');
    vi.doUnmock('node:os');

    await elsewhere.sweepDead('some-', parent);

    expect(await readdir(parent)).toHaveLength(1);
  });
});
