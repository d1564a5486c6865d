/** The data of a simulated volume as the archive that a real engine would make of it: one file, or none. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Headers, pack } from 'tar-stream';

const FILE = './data';

export async function* packedText(text: string | null): AsyncGenerator<Uint8Array, void> {
  const archive = pack();
  archive.entry({ name: './', type: 'directory' });
  if (text !== null) archive.entry({ name: FILE }, text);
  archive.finalize();
  for await (const chunk of archive) yield chunk as Uint8Array;
}

export async function unpackedText(archive: AsyncIterable<Uint8Array>): Promise<string | null> {
  const extraction = extract();
  let text: string | null = null;
  extraction.on('entry', (header: Headers, content: Readable, next: (error?: unknown) => void) => {
    void textOf(content).then((found) => {
      if (header.name === FILE) text = found;
      next();
    }, next);
  });
  await pipeline(Readable.from(archive), extraction);
  return text;
}

async function textOf(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
