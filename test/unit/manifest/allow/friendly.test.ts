import { describe, expect, it } from 'vitest';
import { adds, HARMLESS, MANIFEST } from '../../../hostile/escape.ts';
import { FRIENDLY } from '../../../hostile/friendly.ts';
import { foreignRepo } from '../../../../src/manifest/allow/foreign-repo.ts';
import { described } from '../support.ts';
import { loadForeign, policyOf } from './support.ts';

const POLICY = await policyOf();

describe('a repo of somebody else that means no harm', () => {
  it.each(FRIENDLY)('may be: $name', async (repo) => {
    const { environments, diagnostics } = await loadForeign(repo, await policyOf(), { profiles: ['setup'] });

    expect(described(diagnostics)).toEqual([]);
    expect(environments.map(({ name }) => name)).toEqual(['demo']);
  });

  it('has physical names that say where it comes from, and that nobody else has', async () => {
    const files = { [MANIFEST]: `${HARMLESS.join('\n')}\nvolumes: { data: }\n` };

    const { environments } = await loadForeign({ files }, await policyOf());

    const names = [...(environments[0]?.resources.values() ?? [])].filter(({ type }) => type !== 'image');
    expect(environments[0]?.project).toMatch(/^demo-[0-9a-f]{12}-demo$/);
    for (const { name } of names) expect(name).toMatch(/^demo-[0-9a-f]{12}-demo[-_]/);
  });

  it('has the same names again from the same place, and others from another', () => {
    const prefixes = [
      'https://example.com/acme/demo.git',
      'https://example.org/acme/demo.git',
      'ssh://git@example.com:22/A_Very.Long/Name-of-a-repo-that-goes-on/',
      'git@example.com:démo',
      '/',
    ].map((where) => foreignRepo(where, POLICY).prefix);

    expect(prefixes[0]).toBe(foreignRepo('https://example.com/acme/demo.git', POLICY).prefix);
    expect(new Set(prefixes).size).toBe(5);
    for (const prefix of prefixes) expect(prefix).toMatch(/^[a-z0-9][a-z0-9-]{0,19}-[0-9a-f]{12}$/);
  });

  it('reads those variables of the operator that the policy lists', async () => {
    const policy = await policyOf('format_version: 1\nextends: default\nvariables: [REGION, level]\n');
    const repo = adds('variables', '    environment_variables: { R: "${REGION}", L: "${level}", H: "${HOME:-none}" }');

    const { environments } = await loadForeign(repo, policy, {
      processEnvironment: { REGION: 'north', HOME: '/home/operator' },
      variables: { level: 'debug' },
    });

    const [environment] = environments;
    const service = [...(environment?.resources.values() ?? [])].find(({ type }) => type === 'service');
    expect(service?.config['environment_variables']).toEqual({ R: 'north', L: 'debug', H: 'none' });
  });

  it('gets the value of a file of the clone where the policy lists that, and never that of a command', async () => {
    const rule = 'fields: { environment_variables.*.source: [inline, file, command] }';
    const policy = await policyOf(`format_version: 1\nextends: default\n${rule}\n`);
    const secret = (source: string, value: string): string =>
      `${HARMLESS.join('\n')}\nenvironment_variables: { T: { secret: true, source: ${source}, value: ${value} } }\n`;
    const loads = async (text: string, links = {}): Promise<readonly string[]> => {
      const files = { [MANIFEST]: text, 'environments/demo/token': 'from the clone' };
      const { diagnostics, commands } = await loadForeign({ files, links }, policy);
      expect(commands).toEqual([]);
      return diagnostics.map(({ code, detail }) => `${code}: ${detail}`);
    };

    expect(await loads(secret('file', 'token'))).toEqual([]);
    expect(await loads(secret('file', '/etc/passwd'))).toEqual(['invalid_secret: it leads out of the repo']);
    expect(await loads(secret('file', 'link'), { 'environments/demo/link': '/etc/passwd' })).toEqual([
      'invalid_secret: it leads out of the repo',
    ]);
    expect(await loads(secret('command', 'id'))).toEqual([
      'invalid_secret: no command is run for a repo that is not yours',
    ]);
  });
});
