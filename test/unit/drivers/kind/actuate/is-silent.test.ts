import { expect, test } from 'vitest';
import { isTelling } from '../../../../../src/drivers/kind/actuate/is-silent.ts';
import { controlFiles, LIVE } from '../../../../support/kind/fake-nodes.ts';

const FILES = { control: controlFiles(), kept: {}, kubeconfigs: [], mirrors: [] };
const KEYLESS = { ...FILES, control: controlFiles({ 'admin.conf': null }) };

test('an answer tells, and so does that there is no key to ask with', () => {
  expect(isTelling({ live: LIVE, files: FILES })).toBe(true);
  expect(isTelling({ live: null, files: KEYLESS })).toBe(true);
});

test('that nobody answers yet, or listens, tells nothing', () => {
  expect(isTelling({ live: null, files: FILES })).toBe(false);
});
