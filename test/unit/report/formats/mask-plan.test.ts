import { describe, expect, it } from 'vitest';
import { maskPlan } from '../../../../src/report/formats/mask-plan.ts';
import { maskStatus } from '../../../../src/report/formats/mask-status.ts';
import { renderPlan } from '../../../../src/report/plan-text.ts';
import type { EnvironmentStatus, ResourceStatus } from '../../../../src/report/status.ts';
import { renderStatus } from '../../../../src/report/status-text.ts';
import { change, PLAIN, plan } from '../../../support/builders.ts';

const SECRET = 'hunter2-is-a-long-secret-that-goes-on';
const mask = (text: string): string => text.replaceAll(SECRET, '***');
/** It lies where a value is cut. */
const script = (tail: string): string => `${'x'.repeat(60)}${SECRET}${'y'.repeat(300)}${tail}`;
const PENDING = {
  address: 'vm.box',
  field_path: "$['provision']",
  configured: script('one'),
  effective: script('two'),
  source: null,
} as const;

describe('a plan without known secrets', () => {
  it('has none in what waits for a restart, however short it is told', () => {
    const text = renderPlan(maskPlan(plan({ pending_restart: [PENDING] }), mask), PLAIN);

    expect(text).toContain('Pending restart:');
    expect(text).not.toContain('hunter2');
  });

  it('has none in what goes along with a change', () => {
    const { impact } = change('vm.box');
    const lost = change('vm.box', { impact: { ...impact, goes_along: [`the seed ${SECRET}`] } });

    expect(maskPlan(plan({ changes: [lost] }), mask).changes[0]?.impact.goes_along).toEqual(['the seed ***']);
  });
});

describe('a status without known secrets', () => {
  const resource: ResourceStatus = {
    address: 'vm.box',
    engine: 'host',
    name: 'demo-box',
    run_state: 'running',
    health: 'none',
    gate: null,
    since: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    reason: null,
    details: {},
  };

  it.each([
    ['what waits for a restart', { pending_restart: [PENDING] }],
    ['its reason', { reason: `${'x'.repeat(40)}${SECRET}` }],
    ['its details', { details: { seed: script('') } }],
  ])('has none in %s, cut to a column or not', (_what, parts) => {
    const environment: EnvironmentStatus = {
      name: 'local',
      state: 'healthy',
      conditions: [],
      last_applied: null,
      last_attempted: null,
      last_healthy: null,
      quarantine: null,
      resources: [{ ...resource, ...parts }],
    };
    const text = (environments: readonly EnvironmentStatus[]): string =>
      renderStatus({ environments }, { ...PLAIN, width: 300, verbose: true, now: 0 });

    expect(text([environment])).toContain('hunter2');
    expect(text(maskStatus([environment], mask))).not.toContain('hunter2');
  });
});
