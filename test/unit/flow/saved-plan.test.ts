import { describe, expect, it } from 'vitest';
import { assertFresh, savedPlanOf } from '../../../src/flow/saved-plan.ts';
import type { Change } from '../../../src/model/change.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { change, creation, desired, plan, removal } from '../../support/builders.ts';

function freshness(then: readonly Change[], now: readonly Change[]): string {
  return between(plan({ changes: then }), plan({ changes: now }));
}

function between(then: Plan, now: Plan, declared: Declared = new Map(), later: Declared = declared): string {
  try {
    assertFresh(savedPlanOf(then, declared), now, later);
    return 'fresh';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Declared = Parameters<typeof savedPlanOf>[1];

const stale = (address: string): string => `the saved plan is stale: ${address} changed since it was made`;

describe('a saved plan', () => {
  it('is stale once a resource that it touches is not what it was', () => {
    const web = change('service.web');
    const edited = { ...web, before: { process: { command: ['edited'] } } };

    expect(freshness([web], [web, change('service.api')])).toBe('fresh');
    expect(freshness([web], [edited])).toBe(stale('service.web'));
    expect(freshness([web], [])).toBe(stale('service.web'));
  });

  it('tells the removal of what is left over from the change of the resource beside it', () => {
    const web = change('service.web');
    const leftover = removal('service.web', { name: 'shop-web-1.next' });
    const moved = { ...web, before: { process: { command: ['edited'] } } };

    expect(freshness([leftover, web], [web, leftover])).toBe('fresh');
    expect(freshness([web, leftover], [moved, leftover])).toBe(stale('service.web'));
    expect(freshness([web, leftover], [web])).toBe(stale('service.web'));
  });

  it('is stale where another object is called so by now than what was adopted, however like it that is', () => {
    const web = change('service.web');
    const adopted = (as: string): Plan =>
      plan({ changes: [web], adopted: [{ engine: 'docker', type: 'service', address: web.address, as }] });
    const none = plan({ changes: [web] });

    expect(between(adopted('a'), adopted('a'))).toBe('fresh');
    expect(between(adopted('a'), adopted('b'))).toBe(stale('service.web'));
    expect(between(adopted('a'), none)).toBe(stale('service.web'));
    expect(between(none, adopted('a'))).toBe(stale('service.web'));
    expect(between({ ...adopted('a'), changes: [] }, { ...adopted('b'), changes: [] })).toBe('fresh');
  });

  it('is stale where what its second stage makes is declared otherwise by now, and only then', () => {
    const stages = [{ engine: 'inner', provided_by: 'vm.builder', addresses: ['service.db'] }] as const;
    const then = plan({ changes: [], second_stage: stages });
    const declaredAs = (command: string): Declared => {
      const db = desired('db', { engine: 'inner', config: { process: { command: [command] } } });
      return new Map([
        [db.address, db],
        ['service.web', desired('web', { config: { process: { command: [command] } } })],
      ]);
    };

    expect(between(then, then, declaredAs('serve'))).toBe('fresh');
    expect(between(then, then, declaredAs('serve'), declaredAs('other'))).toBe(stale('service.db'));
    expect(between(plan({ changes: [] }), then, declaredAs('serve'), declaredAs('other'))).toBe('fresh');
    expect(between(then, then, declaredAs('serve'), new Map())).toBe(stale('service.db'));
  });

  it('minds no image that somebody else pulled, but one that is missing by now', () => {
    const pulled = creation('image.app:1', { reference: 'app:1' }, { name: 'app:1' });
    const web = creation('service.web', {});

    expect(freshness([pulled, web], [web])).toBe('fresh');
    expect(freshness([web], [pulled, web])).toBe(stale('image.app:1'));
  });
});
