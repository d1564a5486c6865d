/** Reads secrets of notifications where they are kept, each time that one is needed: what is replaced there counts at once. */
import { resolve } from 'node:path';
import { SecretSources } from '../../manifest/secret-sources.ts';
import type { SecretPlace } from '../../model/notification.ts';
import { DeliveryError } from './channel.ts';

export interface SecretReaderOptions {
  /** Paths are relative to it, and commands run in it. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Told of each plain text, so that it can be masked. */
  readonly onSecret: (plain: string) => void;
}

export type ReadSecret = (place: SecretPlace, signal: AbortSignal) => Promise<string>;

export function secretReader({ root, environment, onSecret }: SecretReaderOptions): ReadSecret {
  return async (place, signal) => {
    const plain = place.source === 'env' ? fromEnvironment(place.name) : await fromOutside(place, signal);
    onSecret(plain);
    return plain;
  };

  function fromEnvironment(name: string): string {
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    throw new DeliveryError(`its secret cannot be read: the variable ${name} is not set`, { retryable: true });
  }

  async function fromOutside(
    place: Exclude<SecretPlace, { readonly source: 'env' }>,
    signal: AbortSignal,
  ): Promise<string> {
    const sources = new SecretSources();
    const source =
      place.source === 'file'
        ? { source: 'file' as const, path: resolve(root, place.path) }
        : { source: 'command' as const, command: place.command, cwd: root };
    sources.read(source);
    await sources.fetch(signal);
    const reading = sources.read(source);
    if (reading.status === 'known') return reading.plain;
    const reason = reading.status === 'failed' ? reading.reason : 'it was not read';
    throw new DeliveryError(`its secret cannot be read from the ${place.source}: ${reason}`, { retryable: true });
  }
}
