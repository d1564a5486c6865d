/** Asks what kind and its engine are. */
import { isJsonObject, type Json, type JsonObject, memberAt, parseJson } from '../../../model/json.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { Docker } from '../commands/docker.ts';
import { unreachable } from '../commands/failures.ts';
import { kindVersion } from '../commands/kind.ts';
import type { Engine } from '../engine.ts';
import type { KindFacts } from '../facts.ts';

/** Before it there were other images, and other settings of containerd in them. */
const OLDEST = [0, 20] as const;
const TIMEOUT_MS = 10_000;

export async function askFacts(docker: Docker, signal: AbortSignal): Promise<KindFacts> {
  const { engine } = docker;
  const [version, answer] = await Promise.all([
    kindVersion(engine, signal),
    docker.ask(['version', '--format', '{{json .Server}}'], signal, { timeoutMs: TIMEOUT_MS }),
  ]);
  if (answer.timedOut) throw unreachable(engine, `no answer within ${TIMEOUT_MS / 1000} s`);
  if (answer.exitCode !== 0) throw unreachable(engine, answer.stderr);
  assertNew(engine, version);
  const server = objectOf(answer.stdout.toString('utf8'));
  const [found, name] = [memberAt(server, 'Version'), memberAt(server, 'Platform', 'Name')];
  const platform = typeof name === 'string' && name !== '' ? name : 'Docker Engine';
  return {
    kind: 'kind',
    version: version ?? 'unknown',
    container_engine: `${platform} ${typeof found === 'string' ? found : 'unknown'}`,
  };
}

function assertNew(engine: Engine, version: string | null): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > OLDEST[0] || minor >= OLDEST[1]) return;
  const wanted = OLDEST.join('.');
  throw new TrueupError(
    'engine_unreachable',
    `engine "${engine.name}" needs kind ${wanted} or newer, and finds ${version ?? 'none that says its version'}`,
    {
      fields: { version },
      next: '`go install sigs.k8s.io/kind@latest`, or a package of your system, installs a newer one',
    },
  );
}

function objectOf(text: string): JsonObject {
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return {};
  }
  return isJsonObject(value) ? value : {};
}
