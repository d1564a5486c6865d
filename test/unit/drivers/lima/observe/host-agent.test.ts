import { describe, expect, it } from 'vitest';
import { statusAfter } from '../../../../../src/drivers/lima/observe/host-agent.ts';
import { recorded } from '../recorded.ts';

const LINES = recorded('ha.stdout.jsonl').trim().split('\n');

describe('the host agent', () => {
  it('says that a machine boots, runs, and ends', () => {
    const after = (count: number) => statusAfter(LINES.slice(0, count).join('\n'));

    expect(after(1)).toMatchObject({ isRunning: false, isExiting: false });
    expect(after(2)).toMatchObject({ isRunning: true, isDegraded: false });
    expect(after(3)).toMatchObject({ isRunning: false, isExiting: true });
  });

  it('is not taken to say otherwise by what is beside that, nor by half a line', () => {
    const aside = '{"time":"t","status":{"portForward":{"type":"forwarding"}}}';
    const cloud = '{"time":"t","status":{"cloudInitProgress":{"logLine":"Cloud-init v. 24 running","active":true}}}';
    const text = [...LINES.slice(0, 2), aside, cloud, '{"time":"t","sta'].join('\n');

    expect(statusAfter(text)).toMatchObject({ isRunning: true, cloudInitLine: 'Cloud-init v. 24 running' });
  });

  it('has said nothing yet', () => {
    expect(statusAfter('')).toBeNull();
  });
});
