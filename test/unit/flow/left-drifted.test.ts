import { expect, it } from 'vitest';
import { leftDrifted } from '../../../src/flow/left-drifted.ts';
import { change, drift, plan, step } from '../../support/builders.ts';

it('is what had drifted, and what neither a change nor a step was about; a gate alone leaves it as it is', () => {
  const planned = plan({
    drift: [drift('service.left'), drift('service.waited'), drift('service.changed'), drift('service.reached')],
  });
  const carriedOut = plan({
    changes: [change('service.changed')],
    steps: [
      step('service.waited', 'service_healthy', { phase: 'gate' }),
      step('service.reached', 'connect', { changed: 'network.web' }),
    ],
  });

  expect([...leftDrifted(planned, carriedOut)]).toEqual(['service.left', 'service.waited']);
});
