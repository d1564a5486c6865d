/** What is asked of an API server, and what it answers: JSON as it came, so that fields that no client knows are seen too. */
import { type Json, member } from '../../../model/json.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiRequest {
  readonly method?: Method;
  /** Such as `/api/v1/nodes`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Of the body. Patches say by it what they are; a server takes a patch without one for a list of operations. */
  readonly contentType?: string;
  /** How long an answer may take; absent for as long as the connection allows. */
  readonly timeoutMs?: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** `null` where it was no JSON. */
  readonly body: Json;
  readonly text: string;
}

/** A way to one API server. */
export interface ClusterApi {
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string;
  /**
   * Any status is an answer. Rejects with `engine_unreachable` where none comes, the certificate does not hold, or the client is
   * not let in; and with the signal's reason.
   */
  ask(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
  /** Frees connections. Idempotent. */
  close(): void;
}

export function isOk({ status }: ApiAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Why the server says no, in its own words. */
export function complaintOf({ status, body, text }: ApiAnswer): string {
  const message = member(body, 'message');
  if (typeof message === 'string' && message !== '') return message;
  const [line = ''] = text.trim().split('\n');
  return line === '' ? `status ${status}` : line;
}
