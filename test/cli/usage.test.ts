import { describe, expect, it } from 'vitest';
import { eventually, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';

describe('a command that fails', () => {
  it.each([
    { args: ['plan', 'no-such'], code: 'address_not_found', status: 64 },
    { args: ['apply'], code: 'confirmation_required', status: 64 },
    { args: ['apply', 'lcoal'], code: 'address_not_found', status: 64 },
    { args: ['destroy', 'local'], code: 'confirmation_required', status: 64 },
    { args: ['pln'], code: 'usage', status: 64 },
    { args: ['plan', '--ouput'], code: 'usage', status: 64 },
  ])('says $code in JSON for $args as it does in text', async ({ args, code, status }) => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    const json = await repo.trueup([...args, '--output', 'json']);
    const text = await repo.trueup(args);

    const document = JSON.parse(json.stdout) as { readonly error: { readonly code: string; readonly message: string } };
    expect([json.status, text.status]).toEqual([status, status]);
    expect(schemaErrors('diagnostics', document)).toEqual([]);
    expect(document.error.code).toBe(code);
    expect(text.stderr).toContain(document.error.message);
  });
});

describe('a reader that goes away', () => {
  it('does not end a run halfway', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 0.5 }) });
    const running = repo.start(['apply', '--auto-approve']);
    await running.until(/Plan/);

    running.child.stdout?.destroy();
    running.child.stderr?.destroy();

    expect((await running.done).status).toBe(0);
    expect(Object.keys(await repo.pids())).toHaveLength(3);
  });
});

describe('another environment with mistakes', () => {
  it('does not keep the one that is meant from being used', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: shop(),
      'environments/other/a.yaml': 'name: other\nservics: {}\n',
    });

    const applied = await repo.trueup(['apply', 'local', '--auto-approve']);

    expect(applied.status).toBe(0);
    expect(applied.stderr).toContain('warning: other environments have mistakes');
    expect(applied.stderr).not.toContain('error');
    await eventually(async () => Object.keys(await repo.pids()).length === 3, 'three services');
  });
});

describe('options that Node has too', () => {
  it('are ours: --env-file', async () => {
    await using repo = await scratchRepo({
      [MANIFEST]: 'name: local\nservices:\n  web: { process: { command: [sleep, "${SECONDS_TO_SLEEP}"] } }\n',
      'local.env': 'SECONDS_TO_SLEEP=77\nNODE_OPTIONS=--nope\n',
    });

    const shown = await repo.trueup(['show', 'local', '--env-file', 'local.env']);
    const missing = await repo.trueup(['show', 'local', '--env-file', 'no.env']);

    expect(shown, shown.stderr).toMatchObject({ status: 0 });
    expect(shown.stdout).toContain('77');
    expect(missing.status).toBe(65);
    expect(missing.stderr).toContain('no.env');
  });
});
