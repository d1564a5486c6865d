/** Set-up of every test file of the `browser` project: without Chromium each test is skipped by name; in CI that is a failure. */
import { beforeEach } from 'vitest';
import { findChromium } from './chromium.ts';

const LACKS = 'there is no chromium in the PATH, and TRUEUP_TEST_CHROMIUM names none';

if (findChromium() === null) {
  beforeEach((context) => {
    if (process.env['CI'] === 'true') throw new Error(`${LACKS}, which in CI is a failure`);
    context.skip(LACKS);
  });
}
