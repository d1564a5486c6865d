import { describe, expect, it } from 'vitest';
import { explainFields, type ExplainInput, isNowhere } from '../../../src/diff/explain.ts';
import { IgnoreRules } from '../../../src/diff/ignore.ts';
import type { IgnoreRule } from '../../../src/model/desired.ts';
import { type FieldPath, fieldPath } from '../../../src/model/field-path.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { difference } from '../../support/builders.ts';
import { observed, service } from '../../support/planning.ts';

function explained(overrides: Partial<ExplainInput>): readonly string[] {
  const fields = explainFields({
    type: 'service',
    desired: null,
    observed: null,
    recorded: null,
    // It can hold no labels.
    model: { comparable: (_, { labels: _labels, ...config }) => config },
    facts: null,
    differences: [],
    rules: ignoring(),
    isStopped: false,
    isDeclared: () => false,
    ...overrides,
  });
  return fields
    .filter((field) => !isNowhere(field))
    .map((field) => {
      const { field_path: path, origin, compared, ignored } = field;
      const values = [field.desired, field.recorded, field.live].map((value) => JSON.stringify(value)).join(' | ');
      const notes = [field.difference?.cause ?? '', compared ? '' : 'not compared', ignored ? 'ignored' : ''];
      return [path, values, origin, ...notes].filter((part) => part !== '').join(' ; ');
    });
}

/** A query is asked of the values by whoever understands it; this one knows no other than of the user. */
function ignoring(...paths: readonly string[]): IgnoreRules {
  const rules = paths.map((path): IgnoreRule => {
    const select = (config: JsonObject): readonly FieldPath[] => (config['user'] === 'you' ? [fieldPath('user')] : []);
    const rule = { address: 'service.web', field_path: path, reason: 'r', until: null, source: null } as const;
    return path.includes('?') ? { ...rule, select } : rule;
  });
  return new IgnoreRules(rules, '2026-01-31');
}

function web(config: JsonObject): ReturnType<typeof service> {
  return { ...service('web'), config };
}

describe('explainFields', () => {
  it('puts desired, recorded and live side by side, and says where what is desired comes from', () => {
    const desired = web({ command: ['a'], user: 'me', labels: { team: 'core' }, limits: {}, note: null });
    const live = { command: ['b'], user: 'me', env: { PATH: '/bin' } };

    const lines = explained({
      desired,
      observed: { ...observed(desired, { configured: live }), defaults: { env: { PATH: '/bin' } } },
      recorded: { command: ['b'], user: 'me', labels: { team: 'core' } },
      differences: [difference(['command'], { before: ['b'], after: ['a'] })],
      isDeclared: (path) => path === fieldPath('command') || path === fieldPath('labels', 'team'),
    });

    expect(lines).toEqual([
      `$['command'] ; ["a"] | ["b"] | ["b"] ; manifest ; git`,
      `$['env']['PATH'] ; "/bin" | "/bin" | "/bin" ; image`,
      `$['labels']['team'] ; "core" | "core" | null ; manifest ; not compared`,
      `$['user'] ; "me" | "me" | "me" ; default`,
    ]);
  });

  it('ends where the comparison ended: at a group that one side does not have', () => {
    const desired = web({ needs: {} });

    const lines = explained({
      desired,
      observed: observed(desired, { configured: { needs: { db: { as: 'x', restart: false } } } }),
      differences: [difference(['needs', 'db'], { before: { as: 'x', restart: false }, after: null, cause: 'world' })],
    });

    expect(lines).toEqual([`$['needs']['db'] ; null | null | {"as":"x","restart":false} ; none ; world`]);
  });

  it('has the name, which stands in no configuration, where that differs', () => {
    const desired = web({ user: 'me' });
    const renamed = difference(['name'], { before: 'else', after: 'web', cause: 'world' });

    expect(explained({ desired, observed: observed(desired), differences: [renamed] })).toEqual([
      `$['name'] ; "web" | null | "else" ; default ; world`,
      `$['user'] ; "me" | null | "me" ; default`,
    ]);
  });

  it('tells what a rule ignores, and what a person stopped', () => {
    const desired = web({ run_state: 'stopped', user: 'me', name: 'a' });

    const lines = explained({
      desired,
      observed: observed(desired, { configured: { run_state: 'stopped', user: 'you', name: 'a' } }),
      rules: ignoring('$.user', '$.name'),
      isStopped: true,
    });

    expect(lines).toEqual([
      `$['name'] ; "a" | null | "a" ; default`,
      `$['run_state'] ; "stopped" | null | "stopped" ; intent`,
      `$['user'] ; "me" | null | "you" ; default ; ignored`,
    ]);
  });

  it('tells what a rule with a wildcard or a query ignores, on either side', () => {
    const desired = web({ env: { A: '1', B: '2' }, user: 'me' });
    const live = { env: { A: '9', B: '2', C: '3' }, user: 'you' };

    const lines = explained({
      desired,
      observed: observed(desired, { configured: live }),
      rules: ignoring('$.env.*', "$[?@ == 'you']"),
    });

    expect(lines).toEqual([
      `$['env']['A'] ; "1" | null | "9" ; default ; ignored`,
      `$['env']['B'] ; "2" | null | "2" ; default`,
      `$['env']['C'] ; null | null | "3" ; none ; ignored`,
      `$['user'] ; "me" | null | "you" ; default ; ignored`,
    ]);
  });

  it('has fields of what is not there, and of what nothing declares', () => {
    expect(explained({ desired: web({ user: 'me' }) })).toEqual([`$['user'] ; "me" | null | null ; default`]);
    expect(explained({ observed: observed(web({ user: 'me' })) })).toEqual([`$['user'] ; null | null | "me" ; none`]);
    expect(explained({ recorded: { user: 'me' } })).toEqual([`$['user'] ; null | "me" | null ; none`]);
  });

  it('never looks into a secret', () => {
    const secret = { $secret: 'hash' };

    expect(explained({ desired: web({ env: { A: secret } }) })).toEqual([
      `$['env']['A'] ; {"$secret":"hash"} | null | null ; default`,
    ]);
  });
});
