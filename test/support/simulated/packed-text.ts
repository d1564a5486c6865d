/** The data of a simulated volume as the archive that a real engine would make of it: one file, or none. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { archiveChunks } from '../../../src/files/archive-chunks.ts';
import { visitEntries } from '../../../src/files/archive-entries.ts';
import { extract, pack } from 'tar-stream';

const FILE = './data';

export async function* packedText(text: string | null): AsyncGenerator<Uint8Array, void> {
  const archive = pack();
  archive.entry({ name: './', type: 'directory' });
  if (text !== null && text !== '') archive.entry({ name: FILE }, text);
  archive.finalize();
  yield* archiveChunks(archive);
}

export async function unpackedText(archive: AsyncIterable<Uint8Array>): Promise<string> {
  const extraction = extract();
  let text = '';
  visitEntries(extraction, async ({ name }, content) => {
    if (name === FILE) text = await textOf(content);
  });
  await pipeline(Readable.from(archive), extraction);
  return text;
}

async function textOf(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
