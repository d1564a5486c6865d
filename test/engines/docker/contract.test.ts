import { dockerDriver } from '../../../src/drivers/docker/index.ts';
import { describeDriverContract } from '../../support/contract.ts';
import { dockerHarness } from '../../support/docker/contract-harness.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';

describeDriverContract('docker', { setUp: () => dockerHarness(dockerDriver, engineUnderTest()) });
