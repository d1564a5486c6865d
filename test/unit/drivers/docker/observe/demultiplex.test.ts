import { describe, expect, it } from 'vitest';
import { Demultiplexer, framesOf } from '../../../../../src/drivers/docker/observe/demultiplex.ts';
import { frame, inChunks } from './frames.ts';

const STREAM = Buffer.concat([frame(1, 'first\n'), frame(2, 'oh no\n'), frame(1, ''), frame(1, 'läßt grüßen\n')]);

async function textsOf(chunks: readonly Buffer[], isTerminal: boolean): Promise<readonly string[]> {
  async function* sent(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const texts: string[] = [];
  for await (const { stream, payload } of framesOf(sent(), isTerminal)) texts.push(`${stream} ${payload.toString()}`);
  return texts;
}

describe('a multiplexed stream', () => {
  it('comes apart the same, however it is cut into chunks', async () => {
    const sizes = Array.from({ length: STREAM.length }, (_, index) => index + 1);

    const results = await Promise.all(sizes.map((size) => textsOf(inChunks(STREAM, size), false)));

    const expected = ['stdout first\n', 'stderr oh no\n', 'stdout ', 'stdout läßt grüßen\n'];
    for (const texts of results) expect(texts).toEqual(expected);
  });

  it('that breaks off within a frame gives what was whole', async () => {
    expect(await textsOf([STREAM.subarray(0, 20)], false)).toEqual(['stdout first\n']);
  });

  it('in which the engine itself speaks is a failure with its words', () => {
    const demultiplexer = new Demultiplexer();

    expect(() => demultiplexer.push(frame(3, 'error from daemon in stream: the file is gone\n'))).toThrow(
      /the engine ended the stream: error from daemon in stream: the file is gone$/,
    );
  });

  it('that is none is said to be none', () => {
    expect(() => new Demultiplexer().push(Buffer.from('HTTP/1.1 400 Bad Request'.padEnd(64)))).not.toThrow();
    expect(() => new Demultiplexer().push(frame(72, 'x'))).toThrow(/not multiplexed/);
  });
});

describe('the stream of a terminal', () => {
  it('is handed on as it comes', async () => {
    expect(await textsOf([Buffer.from('one\r\n'), Buffer.from('two')], true)).toEqual(['stdout one\r\n', 'stdout two']);
  });
});
