/** The first question to an engine: who are you, and which version of the API do we speak? */
import type { IncomingHttpHeaders } from 'node:http';
import { TrueupError } from '../../../model/failure.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { atLeast, NEWEST, OLDEST } from './api-version.ts';
import type { Answer, Call } from './call.ts';

export interface Greeting {
  readonly kind: 'docker' | 'podman';
  /** Of the API, as it will be spoken. */
  readonly api_version: string;
}

/**
 * Answered from the engine's memory in under 1 ms, where `/version` asks the engine's helpers for theirs: 8 ms on Docker,
 * 0.5 s on Podman.
 */
export function greetingCall(deadline: number): Call {
  return { method: 'GET', path: '/_ping', what: 'talk to the engine', deadline, accept: 'any' };
}

/** Rejects what is no engine, or one that is too old or too new. */
export function greetingOf(answer: Answer, endpoint: Endpoint): Greeting {
  const version = headerOf(answer.headers, 'api-version');
  if (version === null || !/^\d+\.\d+$/.test(version)) {
    if (/HTTP request to an HTTPS server/.test(String(answer.body))) {
      throw unfit(endpoint, 'it wants TLS', 'set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a context');
    }
    const why = `what answers is no Docker-compatible engine (status ${answer.status})`;
    throw unfit(endpoint, why, `correct where the engine is: ${endpoint.text} is from ${endpoint.source}`);
  }
  if (!atLeast(version, OLDEST)) {
    const why = `the engine speaks API ${version}, and trueup needs ${OLDEST} or newer`;
    throw unfit(endpoint, why, 'update it: Docker Engine 20.10 and Podman 4.0 are new enough');
  }
  const isPodman = answer.headers['libpod-api-version'] !== undefined;
  return {
    kind: isPodman ? 'podman' : 'docker',
    api_version: atLeast(version, NEWEST) ? NEWEST : version,
  };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}

function unfit(endpoint: Endpoint, why: string, next: string): TrueupError {
  const message = `cannot use the engine at ${endpoint.text}: ${why}`;
  return new TrueupError('engine_unreachable', message, {
    fields: { endpoint: endpoint.text, source: endpoint.source },
    next,
  });
}
