import { expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { healedBy, healedWait } from '../../../src/serve/loop/pass-verdict.ts';
import { change, drift, plan } from '../../support/builders.ts';

const FALLEN = change('service.fallen', { cause: 'world' });
const OTHER = change('service.other', { cause: 'world' });
const NEW = change('service.new', { cause: 'git' });

it('counts as healed what the world changed alone, and no input that somebody changed', () => {
  const changes = [
    FALLEN,
    change('service.rotated', { cause: 'world', carries_input: true }),
    change('service.both', { cause: 'both' }),
    change('service.along', { cause: 'world' }),
    NEW,
  ];
  const drifted = [drift('service.fallen'), drift('service.rotated'), drift('service.both')];
  expect(healedBy(plan({ changes, drift: drifted }))).toEqual(['service.fallen']);
});

it('leaves what was healed alone for as long as the first of it asks for, and anything else not at all', () => {
  const waits: Readonly<Record<Address, number>> = { 'service.fallen': 20, 'service.other': 5, 'service.along': 1 };
  const along = change('service.along', { cause: 'world' });
  const drifted = [drift('service.fallen'), drift('service.other')];
  const wait = (planned: Plan | null): number | null =>
    healedWait(
      { outcome: 'applied', plan: planned, run: null, failure: null, isOpen: false },
      (address) => waits[address] ?? 0,
    );

  expect(wait(plan({ changes: [FALLEN, OTHER, along], drift: drifted }))).toBe(5);
  expect(wait(plan({ changes: [FALLEN, NEW], drift: drifted }))).toBeNull();
  expect(wait(plan({ changes: [along], drift: drifted }))).toBeNull();
  expect(wait(plan({ changes: [], drift: drifted }))).toBeNull();
  expect(wait(null)).toBeNull();
});
