/** What an engine said when it refused. */
import { TrueupError } from '../../../model/failure.ts';

/** The status of its answer; `null` for failures of another kind. */
export function statusOf(error: unknown): number | null {
  const status = error instanceof TrueupError ? error.fields['status'] : null;
  return typeof status === 'number' ? status : null;
}

/** Its words; the text of the error otherwise. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
