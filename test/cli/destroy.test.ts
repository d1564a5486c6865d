import { describe, expect, it } from 'vitest';
import { scratchRepo } from '../support/cli.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'web: { process: { command: [sleep, "300"] }';
const WITH_DATA = `services: { ${WEB}, storage: { volumes: [data] } } }\nvolumes: { data: {} }\n`;
const WITHOUT = `services: { ${WEB} } }\n`;

describe('destroy of what is declared no more', () => {
  it('takes the address that apply and plan name, and nothing else', async () => {
    await using repo = await scratchRepo({ [FILE]: WITH_DATA });
    const made = await repo.trueup(['apply', '--auto-approve']);
    expect(made, made.stderr).toMatchObject({ status: 0 });
    await repo.write({ [FILE]: WITHOUT });
    const kept = await repo.trueup(['apply', '--auto-approve']);
    expect(kept.stdout).toContain('trueup destroy local/volume.data --volumes');

    const unknown = await repo.trueup(['destroy', 'local/volume.daat', '--volumes', '--auto-approve']);
    expect(unknown).toMatchObject({ status: 64 });
    expect(unknown.stderr).toContain('no environment or resource is called "local/volume.daat"');

    const gone = await repo.trueup(['destroy', 'local/volume.data', '--volumes', '--auto-approve']);
    expect(gone, gone.stderr).toMatchObject({ status: 0 });

    const status = await repo.trueup(['status', '--output', 'json']);
    expect(status.stdout).toContain('"run_state": "running"');
    const again = await repo.trueup(['destroy', 'local/volume.data', '--volumes', '--auto-approve']);
    expect(again).toMatchObject({ status: 64 });
    await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
  });
});
