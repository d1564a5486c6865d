/** Images as a real engine saves them: one archive with every name by which they were asked for, and read by the engine again. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { openObserver } from '../../../src/drivers/docker/connected.ts';
import { visitEntries } from '../../../src/files/archive-entries.ts';
import { isJsonArray, type Json, member, parseJson } from '../../../src/model/json.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { containing } from '../../support/matching.ts';
import { SEALER } from '../../support/sealer.ts';

const NEVER = new AbortController().signal;

async function namesIn(archive: AsyncIterable<Uint8Array>): Promise<readonly Json[]> {
  const entries = extract();
  let manifest: Json = [];
  visitEntries(entries, async ({ name }, content) => {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    if (name === 'manifest.json') manifest = parseJson(Buffer.concat(chunks).toString());
  });
  await pipeline(Readable.from(archive), entries);
  return (isJsonArray(manifest) ? manifest : []).flatMap((image) => {
    const tags = member(image, 'RepoTags');
    return isJsonArray(tags) ? tags : [];
  });
}

describe('images of an engine', () => {
  it('are saved under the names by which they were asked for', async () => {
    const observer = await openObserver(
      { name: 'box', driver: 'docker', settings: { host: engineUnderTest().host } },
      SEALER,
    );
    try {
      const saved = await observer.saveImages?.(['busybox:1', 'busybox:2'], NEVER);
      const names = saved === undefined ? [] : await namesIn(saved.archive);

      expect(
        names
          .map(String)
          .map((name) => name.replace(/^docker\.io\/library\//, ''))
          .toSorted(),
      ).toEqual(['busybox:1', 'busybox:2']);
      await expect(observer.saveImages?.(['busybox:1', 'nobody:1'], NEVER)).rejects.toMatchObject({
        code: 'object_missing',
        message: containing('nobody:1'),
      });
    } finally {
      await observer.close();
    }
  });
});
