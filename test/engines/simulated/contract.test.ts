import { describeDriverContract } from '../../support/contract.ts';
import { simulatedHarness } from '../../support/simulated/contract-harness.ts';

describeDriverContract('simulated', {
  lacks: {
    restart_fields: 'no field of a simulated service takes a restart',
    partial_answers: 'it answers for all that it has, or not at all',
  },
  setUp: simulatedHarness,
});
