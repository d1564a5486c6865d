/** What the API answers when something goes wrong: the document of the command line, and a fitting status. */
import type { FailureCode } from '../../model/codes.ts';
import { type Failure, failureOf, InvalidManifestsError, TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { failureDocument } from '../../report/failure-document.ts';

export interface FailedAnswer {
  readonly status: number;
  readonly document: JsonObject;
  /** A defect of ours, which a log should hold. */
  readonly isDefect: boolean;
}

const STATUS: Readonly<Partial<Record<FailureCode, number>>> = {
  usage: 400,
  invalid_request: 400,
  ambiguous_address: 400,
  unauthenticated: 401,
  signature_mismatch: 401,
  forbidden: 403,
  route_not_found: 404,
  environment_not_found: 404,
  address_not_found: 404,
  token_not_found: 404,
  object_missing: 404,
  no_environments: 404,
  locked: 409,
  lock_lost: 409,
  stale_plan: 409,
  not_running: 409,
  request_too_large: 413,
  invalid_manifests: 422,
  too_many_requests: 429,
  engine_unreachable: 503,
  interrupted: 503,
};

export function failedAnswer(error: unknown, mask: (text: string) => string): FailedAnswer {
  const failure = failureOf(translated(error));
  const isDefect = failure.code === 'internal';
  const told: Failure = {
    ...failure,
    // What a defect says of itself was written for nobody.
    message: isDefect ? 'a defect in trueup itself; the log of the daemon has more' : mask(failure.message),
    next: failure.next === null ? null : mask(failure.next),
  };
  const diagnostics = error instanceof InvalidManifestsError ? error.diagnostics : [];
  return { status: STATUS[failure.code] ?? 500, document: failureDocument(told, diagnostics), isDefect };
}

/** What the server framework finds wrong with a request has a status and a code of its own. */
function translated(error: unknown): unknown {
  if (error instanceof TrueupError || !(error instanceof Error) || !('statusCode' in error)) return error;
  const { statusCode, message } = error;
  if (statusCode === 413) {
    return new TrueupError('request_too_large', 'the body of the request is larger than it may be');
  }
  if (statusCode === 415) {
    return new TrueupError('invalid_request', 'the body of the request is not sent as JSON', {
      next: 'send it with the header `Content-Type: application/json`',
    });
  }
  const isTheirs = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  if (!isTheirs) return error;
  return new TrueupError('invalid_request', `the request cannot be understood: ${message}`, {
    next: '`GET /openapi.json` says what is expected',
  });
}
