import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';
import { ESCAPES } from '../../../hostile/all.ts';
import { adds, expectedPlaces } from '../../../hostile/escape.ts';
import { loadForeign, policyOf } from './support.ts';

/** What the operator has, and nobody else may read. */
const OPERATOR = { HOME: '/home/operator', AWS_SECRET_ACCESS_KEY: 'key-of-the-operator', PATH: '/bin' };

function placesOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ source }) => `${source?.file}:${source?.start.line}`))].sort();
}

describe('a repo of somebody else', () => {
  it.each(ESCAPES)('may not have: $name', async (escape) => {
    const result = await loadForeign(escape, await policyOf(), {
      processEnvironment: OPERATOR,
      variables: { token: 'token-of-the-operator' },
    });

    const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
    const expected = expectedPlaces(escape);
    expect(errors).not.toEqual([]);
    if (expected.length > 0) expect(placesOf(errors), described(errors)).toEqual(expected);
    expect(escape.codes).toEqual(expect.arrayContaining([...new Set(errors.map(({ code }) => code))]));
    expect([...result.commands, ...result.touched]).toEqual([]);
    expect(JSON.stringify(result.diagnostics)).not.toContain('of-the-operator');
    expect(result.environments.some(({ name }) => name === 'demo')).toBe(escape.isBeside === true);
  });

  it('would be seen to touch the host: a repo of the operator does', async () => {
    const mounting = adds('a folder of the host', '    storage: { volumes: ["/etc/hostname:/x:ro"] }');

    const trusted = await loadForeign(mounting, await policyOf(), { foreign: null });
    const refused = await loadForeign(mounting, await policyOf());

    expect(trusted.touched).toContain('stat /etc/hostname');
    expect(refused.touched).toEqual([]);
  });

  it('is tried in many ways, each once', () => {
    const names = ESCAPES.map(({ name }) => name);

    expect(names.length).toBeGreaterThan(150);
    expect(new Set(ESCAPES.map(({ files, links }) => JSON.stringify([files, links]))).size).toBe(names.length);
  });
});

function described(errors: readonly Diagnostic[]): string {
  return errors.map(({ source, code, summary }) => `${source?.start.line}: ${code} ${summary}`).join('\n');
}
