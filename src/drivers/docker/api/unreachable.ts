/** Why an engine cannot be reached, from what broke the connection: what it means, and what to do about it. */
import { TrueupError } from '../../../model/failure.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { errorCodeOf } from './error-code.ts';

interface Meaning {
  readonly why: string;
  readonly next: string;
  /** Whether it may work later without anybody changing anything. */
  readonly retryable: boolean;
}

/** `what` is what was attempted. */
export function unreachable(endpoint: Endpoint, what: string, cause: unknown): TrueupError {
  if (cause instanceof TrueupError) return cause;
  const { why, next, retryable } = meaningOf(endpoint, cause);
  return new TrueupError('engine_unreachable', `cannot ${what}: ${why}`, {
    cause,
    retryable,
    fields: { endpoint: endpoint.text, source: endpoint.source, reason: errorCodeOf(cause) ?? 'other' },
    next,
  });
}

function meaningOf(endpoint: Endpoint, cause: unknown): Meaning {
  const { text, source } = endpoint;
  const elsewhere = `or name another engine: \`host:\` or \`context:\` in the manifest, or DOCKER_HOST (${text} is from ${source})`;
  switch (errorCodeOf(cause) ?? '') {
    case 'ENOENT': {
      return { why: `there is no socket at ${text}`, next: `start the engine, ${elsewhere}`, retryable: true };
    }
    case 'ECONNREFUSED':
    case 'ENOTSOCK': {
      return { why: `nobody listens at ${text}`, next: `start the engine, ${elsewhere}`, retryable: true };
    }
    case 'EACCES':
    case 'EPERM': {
      const why = `this user may not use ${text}`;
      const next = `join the group that owns the socket (often \`sudo usermod -aG docker $USER\`, then log in again), ${elsewhere}`;
      return { why, next, retryable: false };
    }
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      return { why: `the host of ${text} has no address`, next: `check the name, ${elsewhere}`, retryable: true };
    }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT': {
      const why = `no way leads to the engine at ${text}`;
      return { why, next: `check the network and the engine's machine, ${elsewhere}`, retryable: true };
    }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE': {
      const why = `the engine at ${text} broke off the connection`;
      return { why, next: 'look at whether the engine has just been restarted, and try again', retryable: true };
    }
    default: {
      return otherMeaning(endpoint, cause);
    }
  }
}

function otherMeaning(endpoint: Endpoint, cause: unknown): Meaning {
  const code = errorCodeOf(cause) ?? '';
  const said = sayingOf(cause);
  if (code.startsWith('HPE_')) {
    const why = `what answers at ${endpoint.text} is no Docker-compatible engine`;
    return {
      why,
      next: `check ${endpoint.source}; a port with TLS needs DOCKER_TLS_VERIFY or a context`,
      retryable: false,
    };
  }
  if (/^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO)|CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(code)) {
    const why = `no TLS with the engine at ${endpoint.text}: ${said}`;
    const next =
      'check ca.pem, cert.pem and key.pem (in DOCKER_CERT_PATH, or as the docker context has them), and that the engine speaks TLS';
    return { why, next, retryable: false };
  }
  const why = `the engine at ${endpoint.text} is not reachable: ${said}`;
  return { why, next: 'look at whether the engine runs, and try again', retryable: true };
}

/** OpenSSL puts its reason among the lines of its own source. */
function sayingOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return 'reason' in cause && typeof cause.reason === 'string' ? cause.reason : cause.message.trim();
}
