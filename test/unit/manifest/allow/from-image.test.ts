import { expect, it } from 'vitest';
import { type FromImage, fromImageOf } from '../../../../src/model/from-image.ts';
import { adds, type Escape, HARMLESS, says } from '../../../hostile/escape.ts';
import { loadForeign, policyOf } from './support.ts';

const IMAGE_LINES = HARMLESS.slice(-2);
const REPO = adds('a service', '    role: of no matter');

/** What the only service takes over from its image. */
async function fromImage(repo: Escape, policy: string | null, isOurs = false): Promise<FromImage | null> {
  const { environments } = await loadForeign(repo, await policyOf(policy), isOurs ? { foreign: null } : {});
  const services = [...(environments[0]?.resources.values() ?? [])].filter(({ type }) => type === 'service');
  expect(services).toHaveLength(1);
  return fromImageOf(services[0]?.config ?? {});
}

function allows(pattern: string | undefined, name: string): boolean {
  return new RegExp(`^(?:${pattern ?? '(?!)'})$`, 'u').test(name);
}

it('lets a container take over such labels and variables of its image as its repo may declare', async () => {
  const from = await fromImage(REPO, null);

  const labels = ['team', 'org.opencontainers.image.title', 'traefik.enable', 'com.centurylinklabs.watchtower.enable'];
  expect(labels.filter((name) => allows(from?.labels, name))).toEqual(['team', 'org.opencontainers.image.title']);
  const variables = ['PATH', 'PGDATA', 'VIRTUAL_HOST', 'LETSENCRYPT_HOST', 'A B'];
  expect(variables.filter((name) => allows(from?.environment_variables, name))).toEqual(['PATH', 'PGDATA']);
  expect(from?.volumes).toBe(20);
});

it('goes by a policy that says otherwise, name by name', async () => {
  const policy = [
    'format_version: 1',
    'extends: default',
    'limits: { volumes: 2 }',
    'fields:',
    '  services.*.labels.*: null',
    '  services.*.labels.a+b: text',
    '  services.*.environment_variables.*: text',
  ].join('\n');

  const from = await fromImage(REPO, policy);

  expect(['a+b', 'aab', 'team'].filter((name) => allows(from?.labels, name))).toEqual(['a+b']);
  expect(['VIRTUAL_HOST', 'a\nb'].filter((name) => allows(from?.environment_variables, name))).toHaveLength(2);
  expect(from?.volumes).toBe(2);
});

it('lets nothing be taken over that the policy does not list at all', async () => {
  const fields = ['services.*.labels.*', 'services.*.environment_variables.*'].map((field) => `  ${field}: null`);

  const from = await fromImage(REPO, ['format_version: 1', 'extends: default', 'fields:', ...fields].join('\n'));

  expect(allows(from?.labels, 'team')).toBe(false);
  expect(allows(from?.environment_variables, 'A')).toBe(false);
});

it('says at its line that nobody can wait for the health check of an image', async () => {
  const waiting = (last: string): Escape =>
    adds('waiting', '  late:', '    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }', ...IMAGE_LINES, last);
  const repo = waiting('    dependencies: { web: { condition: service_healthy } }');

  const foreign = await loadForeign(repo, await policyOf());
  const own = await loadForeign(repo, await policyOf(), { foreign: null });

  expect(foreign.diagnostics.map(({ code, source }) => [code, source?.start.line])).toEqual([
    ['invalid_health_check', 10],
  ]);
  expect(own.diagnostics).toEqual([]);
});

it('is nothing that a manifest can declare', async () => {
  const { diagnostics } = await loadForeign(
    adds('taking over everything', '    from_image: { labels: .*, environment_variables: .*, volumes: 1000 }'),
    await policyOf(),
  );
  const own = await loadForeign(says('own', 'services:', '  web:', '    from_image: {}'), await policyOf(), {
    foreign: null,
  });

  expect(diagnostics.map(({ code }) => code)).toContain('not_allowed');
  expect(own.diagnostics.map(({ code }) => code)).toContain('unknown_key');
});

it('leaves the containers of the operator as their images have them', async () => {
  expect(await fromImage(REPO, null, true)).toBeNull();
});
