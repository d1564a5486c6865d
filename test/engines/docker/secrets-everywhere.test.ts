/** Secrets in every field that a container can be given one in, said by it, its probe and its hooks, and by the engine's errors. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { leakSearch, plantedAt } from '../../support/secrets/planted.ts';
import { MANIFEST } from '../../support/shop.ts';

const WORDS = ['entrypoint', 'command', 'variable', 'probe', 'hook', 'given', 'program'] as const;
const PLANTED = WORDS.map((word, index) => plantedAt(word, index));
const find = leakSearch(PLANTED);

/** Neither a quote nor a variable of the manifest. */
const use = (word: (typeof WORDS)[number]): string => `\${${word}}`;
const TELL_ALL = `printf 'word %s\\n' "$$@"; printf 'error %s\\n' "$$@" >&2; env; env | base64`;

interface Kind {
  readonly isHealthy?: boolean;
  readonly hasProgram?: boolean;
}

function manifest({ isHealthy = true, hasProgram = true }: Kind = {}): string {
  const variables = Object.fromEntries(
    PLANTED.map(({ field }) => [field, { secret: true, source: 'file', value: `../../.secrets/${field}` }]),
  );
  const script = `${TELL_ALL}; exec sleep 1000`;
  return stringify(
    {
      project: 'shop',
      policies: { on_failure: 'rollback' },
      variables,
      services: {
        web: {
          container: {
            image: 'busybox:1',
            init: true,
            entrypoint: hasProgram ? ['sh', '-c', script, 'web', use('entrypoint')] : [use('program')],
            command: [use('command')],
          },
          environment_variables: { VARIABLE: use('variable') },
          health_check: {
            test: ['CMD', 'sh', '-c', `${TELL_ALL}; ${isHealthy ? 'true' : 'exit 7'}`, 'probe', use('probe')],
            interval: '1s',
            timeout: '1s',
            retries: 1,
          },
          post_start: [{ command: ['sh', '-c', TELL_ALL, 'hook', use('hook')], environment: { GIVEN: use('given') } }],
        },
      },
    },
    { lineWidth: 0 },
  );
}

describe('secrets of containers', () => {
  it('stand in nothing that is printed or kept, whether all goes well, a gate stays shut or the engine refuses', async () => {
    const secrets = Object.fromEntries(PLANTED.map(({ field, plain }) => [`.secrets/${field}`, `${plain}\n`]));
    await using repo = await dockerRepo({ [MANIFEST]: manifest(), '.gitignore': '.secrets/\n', ...secrets });
    const found: unknown[] = [];
    const run = async (...args: readonly string[]): Promise<number> => {
      const { status, stdout, stderr } = await repo.trueup(args);
      found.push(...find(stdout + stderr).map(({ field, around }) => ({ where: args.join(' '), field, around })));
      return status;
    };

    expect(await run('apply', 'local', '--auto-approve', '--verbose')).toBe(0);
    const said = await repo.docker('logs', 'shop-web-1');
    await repo.write({ [MANIFEST]: manifest({ isHealthy: false }) });
    const shut = await run('apply', 'local', '--auto-approve', '-o', 'json');
    await repo.write({ [MANIFEST]: manifest({ hasProgram: false }) });
    await run('plan', '--verbose');
    const refused = await run('apply', 'local', '--auto-approve', '--verbose');
    await repo.docker('update', '--memory', '64m', '--memory-swap', '128m', 'shop-web-1');
    const reads: readonly (readonly string[])[] = [
      ['drift', '--verbose'],
      ['drift', '-o', 'json'],
      ['explain', 'web', '--all'],
      ['status', '-o', 'json'],
      ['health'],
      ['logs'],
      ['observe', '--out', 'observed.json'],
      ['parity', 'observed.json', 'local', '--mode', 'runtime', '--all', '--verbose'],
      ['parity', 'local', 'observed.json', '--mode', 'structural', '-o', 'json'],
      ['history', '-o', 'json'],
      ['import', 'docker', '--all', '--environment', 'imported', '--verbose'],
      ['import', 'docker', 'shop-web-1', '--environment', 'imported', '-o', 'json'],
    ];
    for (const args of reads) await run(...args);

    // That the container knows them, and says so, is what makes the rest worth something.
    expect(find(said).length).toBeGreaterThan(3);
    expect([shut, refused]).toEqual([3, 3]);
    for (const file of readdirSync(repo.scratch, { recursive: true, encoding: 'utf8' })) {
      const path = join(repo.scratch, file);
      const isOwn = relative(repo.root, path).startsWith('.secrets') || path.includes('/.git/objects');
      if (isOwn || !statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
      found.push(...find(readFileSync(path, 'utf8')).map(({ field, around }) => ({ where: file, field, around })));
    }
    expect(found).toEqual([]);
  });
});
