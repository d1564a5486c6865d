import { describe, expect, it } from 'vitest';
import type { PullMessage } from '../../../../../src/drivers/docker/api/engine-api.ts';
import { PullProgress } from '../../../../../src/drivers/docker/registry/pull-progress.ts';

/** One message a second. */
function said(messages: readonly PullMessage[], pauseMs = 1000): readonly string[] {
  const lines: string[] = [];
  const progress = new PullProgress((line) => lines.push(line));
  for (const [index, message] of messages.entries()) progress.take(message, index * pauseMs);
  return lines;
}

function loading(id: string, current: number, total: number): PullMessage {
  return { id, status: 'Downloading', progressDetail: { current, total } };
}

describe('the progress of a pull', () => {
  it('counts layers that are in place, and bytes that came', () => {
    expect(
      said([
        { id: '1', status: 'Pulling from shop/web' },
        { id: 'a', status: 'Pulling fs layer', progressDetail: {} },
        { id: 'b', status: 'Already exists' },
        { id: 'c', status: 'Waiting' },
        loading('a', 1_200_000, 8_000_000),
        loading('c', 500_000, 2_000_000),
        { id: 'c', status: 'Download complete' },
        { id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 9 } },
        { id: 'a', status: 'Pull complete' },
        { status: 'Digest: sha256:1' },
        { status: 'Status: Downloaded newer image' },
      ]),
    ).toEqual([
      '0 of 1 layer',
      '1 of 2 layers',
      '1 of 3 layers',
      '1 of 3 layers, 1.2 of 8.0 MB',
      '1 of 3 layers, 1.7 of 10.0 MB',
      '1 of 3 layers, 3.2 of 10.0 MB',
      '1 of 3 layers, 10.0 of 10.0 MB',
      '2 of 3 layers, 10.0 of 10.0 MB',
    ]);
  });

  it('speaks at most four times a second, and never says the same again', () => {
    const many = Array.from({ length: 1000 }, (_, index) => loading('a', index * 10_000, 10_000_000));

    expect(said(many, 1)).toHaveLength(4);
    expect(said(Array.from({ length: 10 }, () => loading('a', 1, 2)))).toHaveLength(1);
  });

  it('shows no size before anything is known of it', () => {
    expect(said([{ id: 'a', status: 'Downloading' }])).toEqual(['0 of 1 layer']);
  });

  it('believes what came where the registry tells no size', () => {
    expect(said([loading('a', 3_000_000, -1)])).toEqual(['0 of 1 layer, 3.0 of 3.0 MB']);
  });

  it('says that the engine tries a layer again, for as long as it waits', () => {
    const waiting = [5, 4, 3].map((seconds) => ({ id: 'a', status: `Retrying in ${seconds} seconds` }));

    expect(said([loading('a', 1_000_000, 2_000_000), ...waiting, loading('a', 0, 2_000_000)])).toEqual([
      '0 of 1 layer, 1.0 of 2.0 MB',
      '0 of 1 layer, 1.0 of 2.0 MB; broken off, the engine tries again',
      '0 of 1 layer, 0.0 of 2.0 MB',
    ]);
  });
});
