import { dockerDriver } from '../../../src/drivers/docker/index.ts';
import { describeDriverContract } from '../../support/contract.ts';
import type { Lacks } from '../../support/contract/harness.ts';
import { dockerHarness } from '../../support/docker/contract-harness.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { ENGINE_VARIABLES } from '../../support/docker/engine-variables.ts';

/** Of Docker. */
const ALWAYS: Lacks = { partial_answers: 'it answers for all that it has, or not at all' };

const LACKS: Readonly<Record<string, Lacks>> = {
  podman: {
    in_place_fields: 'Podman before 5.1 cannot change the limits of a container',
    refill: 'Podman cannot empty a volume that a container holds',
  },
};

describeDriverContract('docker', {
  lacks: { ...ALWAYS, ...LACKS[process.env[ENGINE_VARIABLES.kind] ?? ''] },
  setUp: () => dockerHarness(dockerDriver, engineUnderTest()),
});
