/** One HTTP POST whose answer nobody needs but for its status. Nothing is followed elsewhere: what is sent is for one place. */
import { DeliveryError } from './channel.ts';

const LONGEST_WAIT_MS = 300_000;

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export async function post({ url, headers, body, timeoutMs }: PostRequest, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'user-agent': 'trueup', ...headers },
      body,
      signal: AbortSignal.any([signal, deadline]),
    });
  } catch (error) {
    signal.throwIfAborted();
    const reason = deadline.aborted ? `no answer within ${timeoutMs} ms` : networkReason(error);
    throw new DeliveryError(reason, { retryable: true });
  }
  // The connection is given back without reading what the other side may send for ever.
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return;
  const { status } = response;
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500;
  throw new DeliveryError(`it answered ${status}`, { retryable, retryAfter: retryAfter(response, Date.now()) });
}

/** A code such as ECONNREFUSED. The message of the error may hold the address. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return `it cannot be reached: ${cause.code}`;
  return error instanceof TypeError && error.message.includes('URL') ? 'its address is no URL' : 'it cannot be reached';
}

function retryAfter(response: Response, now: number): number | null {
  const header = response.headers.get('retry-after');
  if (header === null) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, LONGEST_WAIT_MS) : null;
}
