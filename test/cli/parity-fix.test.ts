/** `parity --fix`: the built command edits manifests of one side, as people would, and only once somebody agrees. */
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { containing, parsed } from '../support/matching.ts';
import { schemaErrors } from '../support/schemas.ts';

const BASE = 'environments/base/environment.yaml';
const LOCAL = 'environments/local/environment.yaml';
const STAGING = 'environments/staging/environment.yaml';

const FILES = {
  [BASE]: `abstract: true
services:
  db: { container: { image: "postgres:15.2" }, health_check: { test: [CMD, pg_isready] } }
`,
  [LOCAL]: `# A laptop
extends: ../base
services:
  web: # the front
    container: { image: 'shop/web:1.2.0' }   # pinned
    environment_variables:
      MODE: "off" # for now
      TOKEN: { secret: true, source: inline, value: mine-alone }
`,
  [STAGING]: `services:
  web:
    container: { image: "shop/web:1.3.0" }
    environment_variables: { MODE: "on", TOKEN: { secret: true, source: inline, value: theirs-alone } }
    health_check: { test: [CMD, "true"] }
    dependencies: { queue: { condition: service_started } }
  db: { container: { image: "postgres:16.1" }, health_check: { test: [CMD, pg_isready] } }
  queue: { container: { image: "redis:7.2" } }
`,
};

const FIXED = `# A laptop
extends: ../base
services:
  web: # the front
    container: { image: 'shop/web:1.3.0' }   # pinned
    environment_variables:
      MODE: "on" # for now
      TOKEN: { secret: true, source: inline, value: mine-alone }
    health_check:
      test:
        - CMD
        - "true"
  db:
    container:
      image: postgres:16.1
`;

async function manifests(repo: ScratchRepo): Promise<readonly string[]> {
  return Promise.all([BASE, LOCAL, STAGING].map((file) => repo.read(file)));
}

const UNTOUCHED = [FILES[BASE], FILES[LOCAL], FILES[STAGING]];

describe('trueup parity --fix', () => {
  it('takes over what can be in the own file of the source, and lists the rest with its line', async () => {
    await using repo = await scratchRepo(FILES);

    const fixed = await repo.trueup(['parity', 'local', 'staging', '--fix', '--auto-approve', '-o', 'json']);
    const left = await repo.trueup(['parity', 'local', 'staging', '-o', 'json', '--no-report']);

    const report = parsed(fixed.stdout);
    expect(schemaErrors('parity', report)).toEqual([]);
    expect(await manifests(repo)).toEqual([FILES[BASE], FIXED, FILES[STAGING]]);
    expect(fixed.status).toBe(2);
    expect(report).toMatchObject({
      metadata: {
        score: 0,
        fix: {
          side: 'source',
          written: true,
          files: [{ path: LOCAL, diff: containing('+      image: postgres:16.1') }],
          differences: [
            { address: 'service.db', field_path: "$['container']['image']", file: LOCAL },
            { address: 'service.web', field_path: "$['health_check']", file: LOCAL },
            { address: 'service.web', field_path: "$['container']['image']", file: LOCAL },
            { address: 'service.web', field_path: "$['environment_variables']['MODE']", file: LOCAL },
          ],
          by_hand: [
            {
              address: 'service.web',
              field_path: "$['dependencies']['queue']",
              reason: 'no_edit',
              detail: 'no service "queue" is declared',
              source: { file: LOCAL },
            },
          ],
        },
      },
    });
    expect(`${fixed.stdout}${fixed.stderr}`).not.toMatch(/alone/);
    expect(parsed(left.stdout)).toMatchObject({ summary: { services_missing_in_source: 1 } });
    expect(parsed(left.stdout)).not.toHaveProperty('metadata.fix');
  });

  it('is found no more, and exits so', async () => {
    const texts = {
      [LOCAL]: 'services: { web: { container: { image: "a:1.0" } } }\n',
      [STAGING]: 'services: { web: { container: { image: "a:1.1" } } }\n',
    };
    await using repo = await scratchRepo(texts);

    const fixed = await repo.trueup(['parity', 'local', 'staging', '--fix', '--auto-approve']);
    const again = await repo.trueup(['parity', 'local', 'staging', '--fix', '--auto-approve']);

    expect(fixed).toMatchObject({ status: 0, stdout: containing('With that: identical; parity 100 %') });
    expect(fixed.stdout).toContain(`Wrote ${LOCAL}.`);
    expect(await repo.read(LOCAL)).toBe(texts[STAGING]);
    expect(again).toMatchObject({ status: 0, stderr: containing('There is nothing to fix.') });
  });

  it('shows what it would write, and writes nothing, where nobody can be asked', async () => {
    await using repo = await scratchRepo(FILES);

    const asked = await repo.trueup(['parity', 'local', 'staging', '--fix']);

    expect(asked).toMatchObject({ status: 64, stderr: containing('pass --auto-approve to write them') });
    expect(asked.stdout).toContain("+    container: { image: 'shop/web:1.3.0' }   # pinned");
    expect(await manifests(repo)).toEqual(UNTOUCHED);
  });

  it('edits the target on demand, and takes no health check from it', async () => {
    await using repo = await scratchRepo(FILES);

    const { status } = await repo.trueup(['parity', 'local', 'staging', '--fix=target', '--auto-approve']);

    const [base, local, staging] = await manifests(repo);
    expect(status).toBe(2);
    expect([base, local]).toEqual([FILES[BASE], FILES[LOCAL]]);
    expect(staging).toBe(
      FILES[STAGING]
        .replace('1.3.0', '1.2.0')
        .replace('MODE: "on"', 'MODE: "off"')
        .replace('16.1', '15.2')
        .replace('    dependencies: { queue: { condition: service_started } }\n', '    dependencies: {}\n'),
    );
  });

  it('takes over what is chosen alone', async () => {
    await using repo = await scratchRepo(FILES);

    await repo.trueup(['parity', 'local', 'staging', '--fix', '--auto-approve', '--only', 'web:environment_variables']);

    expect(await repo.read(LOCAL)).toBe(FILES[LOCAL].replace('"off"', '"on"'));
  });

  it('leaves manifests alone that another environment reads', async () => {
    const other = 'environments/other/environment.yaml';
    await using repo = await scratchRepo({ ...FILES, [other]: 'extends: ../local\n' });

    const { status, stdout } = await repo.trueup(['parity', 'local', 'staging', '--fix', '--auto-approve']);

    expect(status).toBe(2);
    expect(stdout).toContain('is read by another environment too');
    expect(stdout).toContain('Nothing of it can be written into the manifests.');
    expect(await manifests(repo)).toEqual(UNTOUCHED);
  });

  it('refuses a side that is no manifest, and what belongs to other ways of comparing', async () => {
    await using repo = await scratchRepo(FILES);

    const ends: (readonly [number, string])[] = [];
    for (const args of [
      ['local@HEAD', 'staging', '--fix'],
      ['local', 'staging@HEAD', '--fix=target'],
      ['local', 'staging', '--fix', '--mode', 'runtime'],
      ['local', 'staging', '--fix', '--matrix'],
      ['local', 'staging', '--only', 'web'],
      ['local', 'staging', '--auto-approve'],
      ['local', 'staging', '--fix', '--only', 'wbe'],
      ['--fix', 'local', 'staging'],
    ]) {
      const { status, stderr } = await repo.trueup(['parity', ...args, '--no-report']);
      ends.push([status, stderr.split('\n')[0] ?? '']);
    }

    expect(ends).toEqual([
      [64, containing('local@HEAD cannot be edited: what a commit declares stays as it is')],
      [64, containing('staging@HEAD cannot be edited')],
      [64, containing('--mode runtime compares what runs')],
      [64, containing('--fix is for two environments, not for --matrix')],
      [64, containing('--only is for --fix')],
      [64, containing('--auto-approve is for --fix')],
      [64, containing('neither side has "wbe"')],
      [64, containing('environments come before `--fix`')],
    ]);
    expect(await manifests(repo)).toEqual(UNTOUCHED);
  });

  it('says why the mistakes of another environment stop it', async () => {
    await using repo = await scratchRepo({ ...FILES, 'environments/broken/environment.yaml': 'servces: {}\n' });

    const refused = await repo.trueup(['parity', 'local', 'staging', '--fix', '--auto-approve']);

    expect(refused.status).toBe(65);
    expect(refused.stderr).toContain('environments/broken/environment.yaml:1:1: error:');
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain('next: mend that first: local is not edited while');
    expect(await manifests(repo)).toEqual(UNTOUCHED);
  });
});
