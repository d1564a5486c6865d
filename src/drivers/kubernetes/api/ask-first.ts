/**
 * What is asked of a server before anything else, and costs it nothing: one that hangs is found out before more is asked. It is asked
 * twice: a machine with much to do may be late, this one as well as the server's.
 */
import type { ApiAnswer, ApiRequest, ClusterApi } from './answer.ts';
import { isSilence } from './problems.ts';

const FIRST_MS = 1_000;
/** With the first it is less than whoever shows what runs has for all looks. */
const AGAIN_MS = 1_500;

export async function askFirst(api: ClusterApi, request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
  try {
    return await api.ask({ ...request, timeoutMs: FIRST_MS }, signal);
  } catch (error) {
    if (!isSilence(error)) throw error;
  }
  return api.ask({ ...request, timeoutMs: AGAIN_MS }, signal);
}
