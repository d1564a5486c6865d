import { expect, it } from 'vitest';
import { healedBy } from '../../../src/serve/loop/pass-verdict.ts';
import { change, drift, plan } from '../../support/builders.ts';

it('counts as healed what the world changed alone, and no input that somebody changed', () => {
  const changes = [
    change('service.fallen', { cause: 'world' }),
    change('service.rotated', { cause: 'world', carries_input: true }),
    change('service.both', { cause: 'both' }),
    change('service.new', { cause: 'git' }),
  ];
  const drifted = [drift('service.fallen'), drift('service.rotated'), drift('service.both')];
  expect(healedBy(plan({ changes, drift: drifted }))).toEqual(['service.fallen']);
});
