/** Asks kwokctl, and the API server on the PATH, what they are. */
import { stat } from 'node:fs/promises';
import { TrueupError } from '../../../model/failure.ts';
import { findBinaries } from '../binaries.ts';
import type { Engine } from '../engine.ts';
import { type KwokFacts, versionIn } from '../facts.ts';
import { runKwokctl } from '../kwokctl.ts';

const TIMEOUT_MS = 5_000;

/** Rejects with `engine_unreachable` where there is no kwokctl. */
export async function askFacts(engine: Engine, signal: AbortSignal): Promise<KwokFacts> {
  const [version, apiServer] = await Promise.all([kwokctlVersion(engine, signal), apiServerVersion(signal)]);
  return { kind: 'kwok', version, api_server: apiServer };
}

async function kwokctlVersion(engine: Engine, signal: AbortSignal): Promise<string> {
  const { stdout } = await runKwokctl(engine, { args: ['--version'], environment: {}, timeoutMs: TIMEOUT_MS, signal });
  const version = versionIn(stdout);
  if (version !== null) return version;
  throw new TrueupError('engine_unreachable', `kwokctl does not say which version it is: ${stdout.slice(0, 200)}`, {
    next: 'is the kwokctl on the PATH the one of kwok.sigs.k8s.io?',
  });
}

async function apiServerVersion(signal: AbortSignal): Promise<string | null> {
  const { 'kube-apiserver': binary } = await findBinaries();
  if (binary === undefined || (await stat(binary).catch(() => null)) === null) return null;
  const { execa } = await import('execa');
  const { stdout } = await execa(binary, ['--version'], {
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: TIMEOUT_MS,
    reject: false,
  });
  signal.throwIfAborted();
  return versionIn(stdout ?? '');
}
