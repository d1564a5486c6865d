import { describe, expect, it } from 'vitest';
import { memberAt } from '../../../src/model/json.ts';
import type { Run, StepResult } from '../../../src/model/run.ts';
import type { ServeEvent } from '../../../src/model/serve-event.ts';
import { type CloudEvent, cloudEvents } from '../../../src/report/cloud-event.ts';
import { eventIdOf } from '../../../src/serve/event-id.ts';
import { diagnostic, result, run } from '../../support/builders.ts';
import { readSchema, schemaErrors } from '../../support/schemas.ts';
import { FREEZE_TIMES, oneOfEach, passEnded, served } from '../../support/serve-events.ts';

function told(event: ServeEvent, mask = (text: string): string => text): readonly CloudEvent[] {
  return cloudEvents(event, { id: '01KG', mask });
}

function typesOf(event: ServeEvent): readonly string[] {
  return told(event).map(({ type }) => type.replace(/^dev[.]trueup[.]|[.]v1$/g, ''));
}

function applied(steps: readonly StepResult[], overrides: Partial<Run> = {}): ServeEvent {
  return passEnded({ outcome: 'applied', run: run({ steps, ...overrides }) });
}

describe('a CloudEvent', () => {
  it('fits its schema, whatever happened', () => {
    for (const event of oneOfEach())
      for (const one of told(event)) expect(schemaErrors('cloud-event', one), one.type).toEqual([]);
  });

  it('is made for every type that the schema has', () => {
    const everything = [
      ...oneOfEach(),
      served({ type: 'state_changed', from: 'healthy', to: 'terminated', reason: 'destroyed' }),
      applied(
        [
          result('service.new', 'create', { phase: 'prepare' }),
          result('service.new', 'start'),
          result('service.web', 'create', { phase: 'prepare' }),
          result('service.web', 'set_aside', { phase: 'stop' }),
          result('service.web', 'start'),
          result('service.died', 'start'),
          result('service.gone', 'stop', { phase: 'stop' }),
          result('service.gone', 'remove', { phase: 'remove' }),
          result('service.bad', 'start', { status: 'failed' }),
        ],
        {
          rollbacks: [
            { address: 'service.bad', name: 'shop-bad-1', because: 'x', status: 'restored', downtime_ms: 12 },
          ],
        },
      ),
    ];

    const types = new Set(everything.flatMap((event) => told(event)).map(({ type }) => type));

    // Those of notifications are made where these are.
    const declared = memberAt(readSchema('cloud-event'), 'properties', 'type', 'enum') as readonly string[];
    const own = declared.filter((type) => !type.startsWith('dev.trueup.notification.'));
    expect([...types].sort()).toEqual([...own].sort());
  });

  it('names the environment as a URI reference, and its resource where there is one', () => {
    const event = served(
      { type: 'frozen', address: 'service.web', reason: 'mine', ...FREEZE_TIMES },
      { environment: 'my shop/a:b' },
    );

    expect(told(event)[0]).toMatchObject({ source: 'my%20shop/a%3Ab', subject: 'service.web', time: event.at });
    expect(told(served({ type: 'drift_found', addresses: ['service.a', 'service.b'] }))[0]).not.toHaveProperty(
      'subject',
    );
  });

  it('has the id of its event, and what follows from it counts on', () => {
    const event = applied([result('service.web', 'start')]);

    expect(told(event).map(({ id }) => id)).toEqual(['01KG', '01KG-1', '01KG-2']);
    expect(eventIdOf(event)).toBe(eventIdOf(event));
    const ids = oneOfEach().map(eventIdOf);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says that an environment came or went only when it did', () => {
    const change = (from: 'uninitialized' | 'healthy' | 'terminated', to: 'provisioning' | 'degraded' | 'terminated') =>
      typesOf(served({ type: 'state_changed', from, to, reason: 'x' }));

    expect(change('uninitialized', 'provisioning')).toEqual(['environment.state_changed', 'environment.created']);
    expect(change('terminated', 'provisioning')).toEqual(['environment.state_changed', 'environment.created']);
    expect(change('healthy', 'terminated')).toEqual(['environment.state_changed', 'environment.deleted']);
    expect(change('healthy', 'degraded')).toEqual(['environment.state_changed']);
  });

  it('says of a service only what was done', () => {
    const half = [
      result('service.web', 'stop', { phase: 'stop' }),
      result('service.web', 'start', { status: 'failed' }),
    ];
    const failedRollback = {
      address: 'service.web' as const,
      name: 'shop-web-1',
      because: 'x',
      status: 'failed' as const,
      downtime_ms: 1,
    };

    expect(typesOf(applied(half))).toEqual(['environment.reconciled', 'environment.modified']);
    expect(typesOf(applied(half, { rollbacks: [failedRollback] }))).not.toContain('service.rolledback');
    expect(typesOf(applied([result('service.web', 'gate', { phase: 'gate' })]))).toEqual(['environment.reconciled']);
    expect(typesOf(applied([result('volume.data', 'create_volume', { phase: 'prepare' })]))).toEqual([
      'environment.reconciled',
      'environment.modified',
    ]);
  });

  it('holds no known secret, and does not grow without end', () => {
    const secretive = passEnded({
      outcome: 'invalid',
      diagnostics: Array.from({ length: 1000 }, () => diagnostic({ summary: 'it is hunter2' })),
      failure: { code: 'step_failed', message: 'hunter2', retryable: false, fields: { seen: ['hunter2'] }, next: null },
    });

    const [event] = told(secretive, (text) => text.replaceAll('hunter2', '(secret)'));

    expect(JSON.stringify(event)).not.toContain('hunter2');
    expect(JSON.stringify(event).length).toBeLessThan(16_384);
    expect(event?.data['diagnostics_left_out']).toBe(980);
  });
});
