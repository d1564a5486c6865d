/**
 * A root belongs to one daemon at a time, and the daemon is found from the root. The claim is a lock like those of runs, so
 * that it ends with its process however that dies; whoever holds it alone may put a socket under the name of the root, and
 * so takes the place of a dead one without a race. The socket is for this user only, before its name appears.
 */
import { randomBytes } from 'node:crypto';
import { chmod, realpath, rename, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { TrueupError } from '../../model/failure.ts';
import { acquireLock } from '../../state/locks/lock.ts';
import { lockFolder } from '../../state/locks/lock-folder.ts';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';
import { unwritable } from '../../state/system-error.ts';
import { socketName, socketStem } from './socket-place.ts';

export interface RootClaimOptions {
  /** For others to read: `trueup serve`. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** Where sockets lie; by default the private folder of this user. */
  readonly folder?: string;
}

export interface RootClaim extends AsyncDisposable {
  /** The real path. */
  readonly root: string;
  /** Where the daemon of this root is reached once it listens. */
  readonly path: string;
  /** Listens under the name of the root. The caller closes the server before it gives up the claim. */
  listen(server: Server): Promise<void>;
}

/** Claims a root for this process; throws `already_served` where another process has it, and says which. */
export async function claimRoot(root: string, options: RootClaimOptions): Promise<RootClaim> {
  const real = await realpath(root);
  const folder = options.folder ?? (await lockFolder());
  const lock = await acquireLock(
    { engine: 'daemon', project: real, environment: real, command: options.command },
    { signal: options.signal, folder },
  ).catch((error: unknown) => {
    throw error instanceof TrueupError && error.code === 'locked' ? alreadyServed(real, error) : error;
  });
  const path = join(folder, socketName(real));
  return {
    root: real,
    path,
    async listen(server) {
      const temporary = join(folder, `${socketStem(real)}.${randomBytes(6).toString('hex')}.tmp`);
      try {
        await listenAt(server, temporary);
        await chmod(temporary, PRIVATE_FILE);
        await rename(temporary, path);
      } catch (error) {
        server.close();
        await rm(temporary, { force: true }).catch(() => undefined);
        throw unwritable(path, error);
      }
    },
    async [Symbol.asyncDispose]() {
      // Before the lock goes: afterwards the name may be another daemon's.
      await rm(path, { force: true });
      await lock[Symbol.asyncDispose]();
    },
  };
}

async function listenAt(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(path, resolve);
  await promise;
  server.off('error', reject);
}

function alreadyServed(root: string, { fields }: TrueupError): TrueupError {
  const pid = typeof fields['pid'] === 'number' ? fields['pid'] : null;
  const since = typeof fields['since'] === 'string' ? fields['since'] : null;
  const command = typeof fields['command'] === 'string' ? fields['command'] : null;
  const by = command === null ? '' : ` (${command}, since ${since ?? 'unknown'})`;
  const silence = fields['answers'] === false ? ', which is alive but does not answer' : '';
  return new TrueupError('already_served', `${root} is served by pid ${pid ?? 'unknown'}${by} already${silence}`, {
    fields: { root, pid, since, command },
    ...(pid === null ? {} : { next: `use that one, or end it first: \`kill ${pid}\`; \`ps -fp ${pid}\` shows it` }),
  });
}
