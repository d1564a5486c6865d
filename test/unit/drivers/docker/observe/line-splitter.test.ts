import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../../../src/drivers/log-line.ts';
import { LineSplitter } from '../../../../../src/drivers/docker/observe/line-splitter.ts';

type Sent = readonly [stream: 'stdout' | 'stderr', payload: string | Buffer];

function linesOf(sent: readonly Sent[], isTerminal = false): readonly LogLine[] {
  const splitter = new LineSplitter(isTerminal);
  const lines = sent.flatMap(([stream, payload]) => [...splitter.add({ stream, payload: Buffer.from(payload) })]);
  return [...lines, ...splitter.rest()];
}

const T1 = '2026-11-21T15:08:33.033550731Z';
const T2 = '2026-11-21T15:08:33.034011811Z';

describe('the lines of a log', () => {
  it('have the time that the engine wrote in front of them, and none of their own is taken for it', () => {
    expect(
      linesOf([
        ['stdout', `${T1} ready\n`],
        ['stderr', `${T2} 2026-01-01T00:00:00Z careful\n`],
      ]),
    ).toEqual([
      { stream: 'stdout', at: T1, line: 'ready' },
      { stream: 'stderr', at: T2, line: '2026-01-01T00:00:00Z careful' },
    ]);
  });

  it('may be empty', () => {
    expect(linesOf([['stdout', `${T1} \n`]])).toEqual([{ stream: 'stdout', at: T1, line: '' }]);
  });

  it('lose their line break, whichever it is', () => {
    expect(linesOf([['stdout', `${T1} dos\r\n`]])).toEqual([{ stream: 'stdout', at: T1, line: 'dos' }]);
  });

  it('that the engine cut into frames are one line again, whatever the other output wrote in between', () => {
    const sent: readonly Sent[] = [
      ['stdout', `${T1} ${'a'.repeat(16_384)}`],
      ['stderr', `${T2} meanwhile\n`],
      ['stdout', `${T1} ${'b'.repeat(16_384)}`],
      ['stdout', `${T1} end\n`],
    ];

    expect(linesOf(sent)).toEqual([
      { stream: 'stderr', at: T2, line: 'meanwhile' },
      { stream: 'stdout', at: T1, line: `${'a'.repeat(16_384)}${'b'.repeat(16_384)}end` },
    ]);
  });

  it('keep characters whole that the engine cut in two', () => {
    const [head, tail] = [Buffer.from('é').subarray(0, 1), Buffer.from('é\n').subarray(1)];
    const sent: readonly Sent[] = [
      ['stdout', Buffer.concat([Buffer.from(`${T1} caf`), head])],
      ['stdout', Buffer.concat([Buffer.from(`${T1} `), tail])],
    ];

    expect(linesOf(sent)).toEqual([{ stream: 'stdout', at: T1, line: 'café' }]);
  });

  it('that nobody ended end with their life: what comes at another time is another line', () => {
    expect(
      linesOf([
        ['stdout', `${T1} half`],
        ['stdout', `${T2} next life\n`],
        ['stdout', `${T2} last`],
      ]),
    ).toEqual([
      { stream: 'stdout', at: T1, line: 'half' },
      { stream: 'stdout', at: T2, line: 'next life' },
      { stream: 'stdout', at: T2, line: 'last' },
    ]);
  });

  it('come in pieces when they do not end', () => {
    const sent = Array.from({ length: 10 }, (): Sent => ['stdout', `${T1} ${'x'.repeat(16_384)}`]);

    const lines = linesOf(sent);

    expect(lines.map(({ line }) => line).join('')).toBe('x'.repeat(10 * 16_384));
    expect(lines.length).toBeGreaterThan(1);
  });

  it('have no time where the engine gives none', () => {
    expect(linesOf([['stdout', 'plain words\n']])).toEqual([{ stream: 'stdout', at: null, line: 'plain words' }]);
  });

  it('of Podman have times of its own form', () => {
    const at = '2026-11-21T15:49:38+00:00';
    expect(
      linesOf([
        ['stdout', `${at} a\n`],
        ['stdout', `${at} b\n`],
      ]),
    ).toEqual([
      { stream: 'stdout', at, line: 'a' },
      { stream: 'stdout', at, line: 'b' },
    ]);
  });

  it('of a terminal are cut anywhere, and have their times at their beginnings', () => {
    const text = `${T1} one\r\n${T2} two\r\n${T2} thr`;
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(
        linesOf(
          [
            ['stdout', text.slice(0, cut)],
            ['stdout', text.slice(cut)],
          ],
          true,
        ),
      ).toEqual([
        { stream: 'stdout', at: T1, line: 'one' },
        { stream: 'stdout', at: T2, line: 'two' },
        { stream: 'stdout', at: T2, line: 'thr' },
      ]);
    }
  });
});
