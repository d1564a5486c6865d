import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { describeDriverContract } from '../../support/contract.ts';
import { BUILT_PROGRAMS } from '../../support/docker/build-programs.ts';
import { buildKubernetes, CONTROL_PLANE } from '../../support/kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../../support/kubernetes/lacks.ts';
import { KWOK_LACKS, kwokHarness } from '../../support/kwok/contract-harness.ts';

const lacks = lacksKubernetes(CONTROL_PLANE);

describe.skipIf(lacks !== null)(lacks ?? 'on a kwok of its own', () => {
  beforeAll(async () => {
    const impossible = await buildKubernetes(CONTROL_PLANE);
    if (impossible !== null) throw new Error(impossible);
    vi.stubEnv('PATH', `${BUILT_PROGRAMS}${delimiter}${process.env['PATH'] ?? ''}`);
  });

  afterAll(() => {
    vi.unstubAllEnvs();
  });

  describeDriverContract('kwok', { lacks: KWOK_LACKS, setUp: kwokHarness, sharing: true });
});
