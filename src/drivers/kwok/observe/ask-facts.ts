/** Asks kwokctl, and the API server on the PATH, what they are. */
import { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';
import { type KwokFacts, versionIn } from '../facts.ts';
import { INSTALL, runKwokctl } from '../kwokctl.ts';
import { findApiServer } from './api-server-version.ts';

/** Before it kwokctl took no arguments for the parts of a cluster. */
const OLDEST = [0, 6] as const;
const TIMEOUT_MS = 10_000;

/** Rejects with `engine_unreachable` where there is no kwokctl, or none that can be worked with. */
export async function askFacts(
  engine: Engine,
  signal: AbortSignal,
  timeoutMs: number = TIMEOUT_MS,
): Promise<KwokFacts> {
  const [version, apiServer] = await Promise.all([
    kwokctlVersion(engine, signal, timeoutMs),
    findApiServer(signal, timeoutMs),
  ]);
  return { kind: 'kwok', version, api_server: apiServer.version, api_server_problem: apiServer.problem };
}

async function kwokctlVersion(engine: Engine, signal: AbortSignal, timeoutMs: number): Promise<string> {
  const call = { args: ['--version'], environment: {}, timeoutMs, signal };
  const { stdout, stderr, timedOut } = await runKwokctl(engine, call);
  const version = timedOut ? null : versionIn(stdout);
  if (version === null) {
    const why = timedOut ? `it did not end within ${timeoutMs / 1000} s` : `${stdout}${stderr}`.trim().slice(0, 200);
    throw new TrueupError('engine_unreachable', `kwokctl does not say which version it is: ${why}`, {
      next: 'is the kwokctl on the PATH the one of kwok.sigs.k8s.io? `kwokctl --version` tells',
    });
  }
  assertNew(engine, version);
  return version;
}

function assertNew({ name }: Engine, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || minor >= OLDEST[1]) return;
  const wanted = OLDEST.join('.');
  throw new TrueupError(
    'engine_unreachable',
    `engine "${name}" needs kwokctl ${wanted} or newer, and finds ${version}`,
    {
      fields: { version },
      next: INSTALL,
    },
  );
}
