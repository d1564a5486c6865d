import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';
import { parsed } from '../support/matching.ts';

describe('trueup schema', () => {
  it('lists every schema with what it describes', async () => {
    await using repo = await scratchRepo();

    const { status, stdout } = await repo.trueup(['schema']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^environment +\S.*trueup/m);
    expect(stdout).toMatch(/^plan +\S/m);
  });

  it('prints a schema as it is shipped', async () => {
    await using repo = await scratchRepo();

    const { status, stdout } = await repo.trueup(['schema', 'environment']);

    expect(status).toBe(0);
    expect(parsed(stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Environment',
    });
  });

  it('works outside of any repo', async () => {
    await using repo = await scratchRepo({}, { git: false });

    const { status, stdout } = await repo.trueup(['schema', '--output', 'json']);

    expect(status).toBe(0);
    const { schemas } = JSON.parse(stdout) as { readonly schemas: readonly { readonly name: string }[] };
    expect(schemas.map(({ name }) => name)).toContain('plan');
  });

  it('suggests the nearest name for a wrong one', async () => {
    await using repo = await scratchRepo();

    const { status, stdout, stderr } = await repo.trueup(['schema', 'enviroment']);

    expect(status).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain('did you mean "environment"?');
  });
});
