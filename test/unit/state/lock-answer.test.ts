import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askClaim } from '../../../src/state/locks/lock-answer.ts';
import { child, never, scratchFolder } from './scratch.ts';

describe('who asks for the holder of a lock', () => {
  it('does not take it for silent because of having stood still itself', async () => {
    const folder = scratchFolder();
    const request = { engine: 'process:/x', project: 'shop', environment: 'local', command: 'trueup apply' };
    const held = child('hold-lock.ts', { folder, request });
    expect(await held.next()).toBe('held');
    const [file = ''] = readdirSync(folder);

    const asking = askClaim(folder, file, never);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    const answer = await asking;

    expect(answer).toMatchObject({ status: 'holding', introduction: { pid: held.pid } });
    if ('close' in answer) answer.close();
  });
});
