/** What tests of bad input and bad luck have in common: small environments, and when one has come right. */
import { expect } from 'vitest';
import type { CliResult } from '../cli.ts';
import { MANIFEST } from '../shop.ts';
import type { DockerRepo } from './docker-repo.ts';

export const APPLY = ['apply', '--auto-approve'] as const;
export const PLAN = ['plan', '--detailed-exitcode'] as const;
export const DESTROY = ['destroy', 'local', '--volumes', '--auto-approve'] as const;

/** Settings of a container that does nothing for long, and ends at once when it is told. */
export const SLEEP = `image: 'busybox:1', command: [sleep, '1000'], init: true`;

/** A manifest from the YAML of its services, indented by two, and more keys. */
export function shop(services: string, more = ''): Readonly<Record<string, string>> {
  return { [MANIFEST]: `name: local\nproject: shop\nservices:\n${services}${more}` };
}

/** The service `web`, with more settings, indented by four. */
export function web(more = ''): string {
  return `  web:\n    container: { ${SLEEP} }\n${more}`;
}

/** All that a command wrote. */
export function words({ stdout, stderr }: CliResult): string {
  return stdout + stderr;
}

/** Done, and nothing left to do, with all that was recorded forgotten. */
export async function expectRight(repo: DockerRepo): Promise<void> {
  const applied = await repo.trueup(APPLY);
  expect(applied.status, words(applied)).toBe(0);
  await repo.removeState();
  const planned = await repo.trueup(PLAN);
  expect(planned.status, planned.stdout).toBe(0);
}

/** All containers with their states, all volumes, and the networks that somebody made. */
export async function standing({ docker }: DockerRepo): Promise<readonly string[]> {
  const containers = await docker('ps', '--all', '--format', '{{.Names}}={{.State}}');
  const volumes = await docker('volume', 'ls', '--format', '{{.Name}}');
  const networks = await docker('network', 'ls', '--format', '{{.Name}}');
  const made = networks.split('\n').filter((name) => !['bridge', 'host', 'none', 'podman'].includes(name));
  return [...containers.split('\n'), ...volumes.split('\n'), ...made].filter((name) => name !== '').toSorted();
}
