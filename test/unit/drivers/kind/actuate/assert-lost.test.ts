import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { archiveChunks } from '../../../../../src/files/archive-chunks.ts';
import { assertLost } from '../../../../../src/drivers/kind/actuate/assert-lost.ts';
import type { Docker } from '../../../../../src/drivers/kind/commands/docker.ts';
import { CONTROL_PLANE_FOLDER } from '../../../../../src/drivers/kind/observe/control-plane.ts';
import { controlFiles, fakeNode, OWNERSHIP } from '../../../../support/kind/fake-nodes.ts';

const ENGINE = { name: 'nodes', place: 'unix:///engine', environment: {} };
const ANSWER = { exitCode: 0, stderr: '', timedOut: false, stdout: Buffer.alloc(0) };
const NOTHING = { ...ANSWER, exitCode: 1, stderr: 'Error: No such container:path' };

function archiveOf(files: ReadonlyMap<string, string>): Promise<Buffer> {
  const packing = pack();
  for (const [path, text] of files) packing.entry({ name: `kubernetes/${path}` }, text);
  packing.finalize();
  return buffer(archiveChunks(packing));
}

/** An engine with one cluster at rest, which has no note of ours, and these files. */
function engineWith(files: ReadonlyMap<string, string>): Docker {
  const node = fakeNode('shop-dev-control-plane', { state: 'exited' });
  return {
    engine: ENGINE,
    must: () => Promise.resolve(Buffer.from('id\n')),
    async ask([name, path = '']) {
      if (name === 'inspect') return { ...ANSWER, stdout: Buffer.from(JSON.stringify([node])) };
      return path.endsWith(`:${CONTROL_PLANE_FOLDER}`) ? { ...ANSWER, stdout: await archiveOf(files) } : NOTHING;
    },
  };
}

function asserted(files: ReadonlyMap<string, string>): Promise<void> {
  const { signal } = new AbortController();
  const ownership = { ...OWNERSHIP, revision: null };
  const vault = { reveal: () => '', mask: (text: string) => text };
  const context = { signal, vault, owners: [OWNERSHIP.owner], run: '01test', ownership, progress: () => {} };
  return assertLost({ docker: engineWith(files), context }, 'shop-dev');
}

test('what is lost may be taken down', async () => {
  await expect(asserted(controlFiles({ 'admin.conf': null }))).resolves.toBeUndefined();
});

test('of what does not answer it is said that nobody can tell, and not that it is not lost', async () => {
  await expect(asserted(controlFiles())).rejects.toThrow('nobody can tell any more');
});
