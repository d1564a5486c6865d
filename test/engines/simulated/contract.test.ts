import { describeDriverContract } from '../../support/contract.ts';
import { simulatedHarness } from '../../support/simulated/contract-harness.ts';

const LACKS = {
  restart_fields: 'no field of a simulated service takes a restart',
  partial_answers: 'it answers for all that it has, or not at all',
};

describeDriverContract('simulated', { lacks: LACKS, setUp: simulatedHarness });

// As engines do on which making something takes long: nothing that a check leaves may help, or harm, the next one.
describeDriverContract('simulated, shared', { lacks: LACKS, setUp: simulatedHarness, sharing: true });
