import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { PlanRequest } from '../../../src/reconcile/plan/plan.ts';
import { desired, environment, source } from '../../support/builders.ts';
import { observed, planOf, planText, recordedOf, service, volume } from '../../support/planning.ts';
import { simulatedModel } from '../../support/simulated/model/model.ts';

/** The engine of these tests has images. */
const models = new Map([['process', simulatedModel]]);

function plan(
  resources: readonly DesiredResource[],
  objects: readonly ObservedObject[],
  overrides: Partial<PlanRequest> = {},
): Plan {
  return planOf(resources, { objects, recorded: recordedOf(resources) }, { models, ...overrides });
}

function image(reference: string, policy = 'missing', platform: string | null = null): DesiredResource {
  const config = { reference, platform, pull_policy: policy };
  return desired(reference, { type: 'image', name: reference, config, deletion_policy: 'retain' });
}

function container(key: string, reference: string, variable = 'a'): DesiredResource {
  const plain = service(key, {
    config: { process: null, container: { image: reference }, environment_variables: { V: variable } },
  });
  return { ...plain, uses: [`image.${reference}`] };
}

/** As an engine holds it. */
function present({ name, config }: DesiredResource): ObservedObject {
  const configured = { reference: name, platform: config['platform'] ?? null };
  return { ...observed(image(name)), id: `sha256:${name}`, ownership: null, configured };
}

const web = container('web', 'acme/web:1');
const edited = container('web', 'acme/web:1', 'b');

describe('an image', () => {
  it('is pulled for a service that is made from it, before the service is made', () => {
    expect(planText(plan([web, image('acme/web:1')], []))).toBe(
      `image.acme/web:1 create (missing, world)
service.web create (missing, world)
steps:
image.acme/web:1:pull
service.web:create ← image.acme/web:1:pull
service.web:start ← image.acme/web:1:pull, service.web:create
service.web:service_started ← service.web:create, service.web:start`,
    );
  });

  it('is nothing to do, and nothing that is counted, where it is there or nobody is made from it', () => {
    const there = plan([web, image('acme/web:1')], [observed(web), present(image('acme/web:1'))]);
    const gone = plan([web, image('acme/web:1', 'always')], [observed(web)]);
    const labelled = { ...web, config: { ...web.config, labels: { team: 'core' } } };
    const updated = plan([labelled, image('acme/web:1')], [observed(web)]);

    expect([there, gone].map(({ changes, unchanged, drift }) => [changes, unchanged, drift])).toEqual([
      [[], 1, []],
      [[], 1, []],
    ]);
    expect(updated.changes.map(({ address, action }) => [address, action])).toEqual([['service.web', 'update']]);
  });

  it('is pulled anew for what is made from it where its policy is always, although it is there', () => {
    const always = image('acme/web:1', 'always');

    const { changes } = plan([edited, always], [observed(web), present(always)]);

    expect(changes).toMatchObject([
      { address: always.address, action: 'update', reason: 'pull_always', cause: 'world', differences: [] },
      { address: web.address, action: 'replace' },
    ]);
  });

  it('is pulled where the one that is there is for another platform', () => {
    const arm = image('acme/web:1', 'missing', 'linux/arm64');

    const { changes } = plan([edited, arm], [observed(web), present(image('acme/web:1', 'missing', 'linux/amd64'))]);

    expect(changes[0]).toMatchObject({ address: arm.address, action: 'update', reason: 'differs' });
  });

  it('that is missing and must not be pulled is an error at the line of those who need it', () => {
    const never = image('acme/web:1', 'never');
    const at = { locate: () => source(7, 5) };
    const needed = planOf(
      [],
      {},
      { models, environment: environment([web, container('api', 'acme/web:1'), never], at) },
    );
    const unneeded = plan([web, never], [observed(web)]);

    expect(needed).toMatchObject({ applyable: false });
    expect(needed.diagnostics).toMatchObject([
      { code: 'missing_image', severity: 'error', source: source(7, 5) },
      { code: 'missing_image' },
    ]);
    expect(needed.diagnostics[0]?.summary).toBe(
      'image "acme/web:1" is not there on engine "process", and pull_policy is never',
    );
    expect(needed.changes.map(({ type }) => type)).toEqual(['service', 'service']);
    expect(unneeded).toMatchObject({ applyable: true, diagnostics: [] });
  });

  it('is there before anything at all is stopped or removed: done for those who need it, ended for all others', () => {
    const api = container('api', 'acme/api:1');
    const next = container('api', 'acme/api:1', 'b');
    const gone = container('gone', 'acme/gone:1');
    const images = [image('acme/web:1'), image('acme/api:1')];

    const { steps } = plan([web, next, ...images], [observed(api), observed(gone), present(image('acme/api:1'))]);

    const needs = (id: string): readonly string[] =>
      (steps.find((step) => step.id === id)?.depends_on ?? [])
        .filter(({ step }) => step.startsWith('image.'))
        .map(({ step, when }) => `${step}${when === 'ended' ? '?' : ''}`);
    const down = steps.filter(({ phase }) => phase === 'stop' || phase === 'remove').map(({ id }) => id);
    expect(down.toSorted()).toEqual([
      'service.api:remove',
      'service.api:stop',
      'service.gone:remove',
      'service.gone:stop',
    ]);
    expect(new Set(down.flatMap(needs))).toEqual(new Set(['image.acme/web:1:pull?']));
    expect(needs('service.web:create')).toEqual(['image.acme/web:1:pull']);
    expect(needs('service.api:create')).toEqual([]);
  });

  it('is pulled because somebody asks for it, whatever its policy', () => {
    const never = image('acme/web:1', 'never');

    const { changes, diagnostics } = plan([web, never], [observed(web)], { pull: new Set([never.address]) });

    expect(diagnostics).toEqual([]);
    expect(changes).toMatchObject([{ address: never.address, reason: 'pull_by_request' }]);
  });

  it('is never removed, not even with everything else, and counts for no limit', () => {
    const images = [1, 2, 3, 4, 5, 6].map((number) => image(`acme/old:${number}`));
    const destroyed = planOf([], { objects: [observed(web), ...images.map(present)] }, { models, mode: 'destroy' });
    const undeclared = plan([web], [observed(web), ...images.map(present)]);

    expect(destroyed.changes.map(({ address }) => address)).toEqual(['service.web']);
    expect(undeclared).toMatchObject({ changes: [], drift: [], diagnostics: [] });
  });

  it('changes no order among those that share nothing with it', () => {
    const data = volume('data');

    expect(plan([data, image('acme/web:1')], [observed(data)]).steps).toEqual([]);
  });
});
