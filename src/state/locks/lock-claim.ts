/**
 * A claim: a Unix socket that answers who claims or holds a lock. It listens before its name appears, so that a refused
 * connection proves that its process is dead; and names are never used twice, so that a dead one can be removed without
 * hitting anybody. A connection stays open until the claim ends: whoever waits is told by the kernel.
 */
import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { unwritable } from '../system-error.ts';

/** What a claim says of itself, as one line of JSON. */
export interface Introduction {
  readonly pid: number;
  readonly user: string;
  readonly command: string;
  readonly environment: string;
  /** ISO 8601. */
  readonly since: string;
  readonly cwd: string;
}

export interface Claim {
  /** Claims are ordered by file name; the first goes first. */
  readonly file: string;
  /** From now on the lock is held, and says so. */
  hold(): void;
  /** Idempotent. */
  release(): Promise<void>;
}

/** Opens a claim of this process. It keeps the process alive neither by itself nor by those who wait. */
export async function openClaim(folder: string, key: string, introduction: Introduction): Promise<Claim> {
  const stem = `${key}.${introduction.pid}.${randomBytes(6).toString('hex')}`;
  const file = `${stem}${CLAIM_SUFFIX}`;
  const connections = new Set<Socket>();
  let state: 'claiming' | 'holding' = 'claiming';
  let released: Promise<void> | null = null;
  const server = createServer((socket) => {
    connections.add(socket);
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
    socket.resume();
    socket.write(`${JSON.stringify({ ...introduction, state })}\n`);
  });
  server.unref();

  async function end(): Promise<void> {
    // The name goes first: a name whose socket refuses means a death.
    await rm(join(folder, file), { force: true });
    for (const socket of connections) socket.destroy();
    server.close();
  }

  try {
    await listen(server, join(folder, `${stem}.tmp`));
    await rename(join(folder, `${stem}.tmp`), join(folder, file));
  } catch (error) {
    server.close();
    throw unwritable(join(folder, file), error);
  }
  return {
    file,
    hold() {
      state = 'holding';
    },
    release() {
      released ??= end();
      return released;
    },
  };
}

export const CLAIM_SUFFIX = '.sock';

async function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(path, resolve);
  await promise;
  server.off('error', reject);
  // A failed accept, for want of file descriptors, must not end the run that holds the lock.
  server.on('error', () => undefined);
}
