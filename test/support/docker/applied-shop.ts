/** A shop that runs on the engine under test: a web server with a secret and a health check, and a job that has ended. */
import { expect } from 'vitest';
import { MANIFEST } from '../shop.ts';
import { type DockerRepo, dockerRepo } from './docker-repo.ts';

export interface ShopText {
  /** What the web server says first. */
  readonly word?: string;
  /** YAML of more services, indented by two. */
  readonly more?: string;
}

/** Each service ends at once when it is told to. */
export function shopText({ word = 'hello', more = '' }: ShopText = {}): string {
  return `name: local
project: shop
services:
  web:
    container:
      image: 'busybox:1'
      init: true
      command: [sh, -c, 'echo ${word}; echo "token $$TOKEN"; echo trouble >&2; exec sleep 1000']
    networking: { ports: ['18090:80'] }
    environment_variables: { TOKEN: { secret: true, value: tomato-soup } }
    health_check: { test: [CMD, 'true'], interval: 10s, timeout: 10s }
  job:
    container: { image: 'busybox:1', command: [sh, -c, 'echo done'] }
    run: once
${more}`;
}

/** Dispose of it when all is done. */
export async function appliedShop(): Promise<DockerRepo> {
  const repo = await dockerRepo({ [MANIFEST]: shopText() });
  await reapplied(repo);
  return repo;
}

/** Puts everything back to what the shop declares at first, with nothing stopped on purpose. */
export async function reapplied(repo: DockerRepo): Promise<void> {
  await repo.removeState();
  await repo.write({ [MANIFEST]: shopText() });
  expect(await repo.trueup(['apply', 'local', '--auto-approve', '--quiet'])).toMatchObject({ status: 0 });
}

/** What the engine says of a container. */
export function ofContainer({ docker }: DockerRepo, format: string, name = 'shop-web-1'): Promise<string> {
  return docker('inspect', '--format', format, name);
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
