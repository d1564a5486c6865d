import { describe, expect, it } from 'vitest';
import { knownWords } from '../../../../../src/drivers/lima/snapshots/known-words.ts';

const EXPERIMENTAL = 'time="2026-11-23T15:07:06Z" level=warning msg="`limactl snapshot` is experimental"\n';
const SENDING = 'time="2026-11-23T15:07:07Z" level=info msg="Sending HMP savevm command"\n';

describe('the log of limactl snapshot', () => {
  it('says nothing where all is well', () => {
    expect(knownWords(EXPERIMENTAL + SENDING)).toBe('');
  });

  it('says what QEMU complained of', () => {
    const output = `time="t" level=warning msg="output: Error: Device 'x' is writable but does not support \\"snapshots\\""\n`;

    expect(knownWords(EXPERIMENTAL + SENDING + output)).toBe(`Device 'x' is writable but does not support "snapshots"`);
  });
});
