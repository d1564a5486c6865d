import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { describeDriverContract } from '../../support/contract.ts';
import { BUILT_PROGRAMS } from '../../support/docker/build-programs.ts';
import { KIND_CANNOT, kindHarness } from '../../support/kind/contract-harness.ts';
import { KIND_LACKS } from '../../support/kind/obtain.ts';

const lacks = process.env[KIND_LACKS];

describe.skipIf(lacks !== undefined)(lacks ?? 'on an engine of containers', () => {
  beforeAll(() => {
    vi.stubEnv('PATH', `${BUILT_PROGRAMS}${delimiter}${process.env['PATH'] ?? ''}`);
  });

  afterAll(() => {
    vi.unstubAllEnvs();
  });

  describeDriverContract('kind', { lacks: KIND_CANNOT, setUp: kindHarness, sharing: true });
});
