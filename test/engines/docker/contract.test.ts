import { dockerDriver } from '../../../src/drivers/docker/index.ts';
import { describeDriverContract } from '../../support/contract.ts';
import { dockerHarness } from '../../support/docker/contract-harness.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';

describeDriverContract('docker', {
  lacks: { restart_fields: 'no field of a container takes a restart alone' },
  setUp: () => dockerHarness(dockerDriver, engineUnderTest()),
});
