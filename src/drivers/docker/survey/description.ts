/** What an engine is, in a few words. */
import type { DockerFacts } from '../facts.ts';

export function describeEngine({ kind, version, api_version: api, platform }: DockerFacts): string {
  const name = kind === 'podman' ? 'Podman' : 'Docker Engine';
  return `${name} ${version}, API ${api}, ${platform}`;
}
