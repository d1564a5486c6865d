/** Why an API server cannot be talked to, in words that lead on. */
import { TrueupError } from '../../../model/failure.ts';
import { type ApiAnswer, complaintOf } from './answer.ts';

const EXPLAINED: readonly (readonly [RegExp, string])[] = [
  [/CERT_HAS_EXPIRED|certificate has expired|certificate expired/i, 'its certificate has expired'],
  [/CERT_NOT_YET_VALID/i, 'its certificate is not valid yet: is the clock of this machine right?'],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|unable to (verify|get).*certificate|certificate signature failure/i,
    'its certificate is signed by another authority than the kubeconfig names',
  ],
  [/ERR_TLS_CERT_ALTNAME_INVALID/i, 'its certificate is for another address'],
  [/alert (bad|unknown|certificate)|ERR_OSSL|PEM/i, 'the certificates of the kubeconfig cannot be used'],
  [/ECONNREFUSED/, 'nothing listens there'],
  [/ENOENT/, 'a certificate or key of its kubeconfig is not there'],
  [/ECONNRESET|EPIPE|socket hang up/, 'it ended the connection'],
  [/EHOSTUNREACH|ENETUNREACH/, 'there is no way to it'],
  [/ENOTFOUND|EAI_AGAIN/, 'its name is not known'],
];

export function unanswered(server: string, problem: unknown): TrueupError {
  if (problem instanceof TrueupError) return problem;
  const text = typeof problem === 'string' ? problem : describe(problem);
  const [, why = text] = EXPLAINED.find(([pattern]) => pattern.test(text)) ?? [];
  return new TrueupError('engine_unreachable', `the API server ${server} does not answer: ${why}`, {
    cause: problem instanceof Error ? problem : undefined,
    retryable: true,
    fields: { server },
    next: 'apply brings it back as its policy says; `trueup status` tells which part of the cluster is missing',
  });
}

export function notLetIn(server: string, answer: ApiAnswer): TrueupError {
  return new TrueupError(
    'engine_unreachable',
    `the API server ${server} does not let the kubeconfig in: ${complaintOf(answer)}`,
    {
      fields: { server, status: answer.status },
      next: 'its certificates or token are of another cluster, or have expired: apply repairs or replaces it',
    },
  );
}

/** What a call ends with that has had its time. */
export function silence(timeoutMs: number): DOMException {
  return new DOMException(`no answer within ${timeoutMs / 1000} s`, 'TimeoutError');
}

/** Whether a server that could be talked to has not said a word in time. */
export function isSilence(error: unknown): boolean {
  const cause = error instanceof TrueupError ? error.cause : null;
  return cause instanceof DOMException && cause.name === 'TimeoutError';
}

/** Whether there is nothing to talk to, for now: what is being started is as good as away. */
export function isAway(error: unknown): boolean {
  return error instanceof TrueupError && (error.code === 'engine_unreachable' || error.code === 'not_running');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`;
}
