/** What an engine said when it refused. */
import { TrueupError } from '../../../model/failure.ts';

/** The status of its answer; `null` for failures of another kind. */
export function statusOf(error: unknown): number | null {
  const status = error instanceof TrueupError ? error.fields['status'] : null;
  return typeof status === 'number' ? status : null;
}

/** Whether a name is given away already. Docker says so with a status of its own, Podman with that of a failure. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof TrueupError && (error.code === 'name_in_use' || statusOf(error) === 409);
}

/** Its words; the text of the error otherwise. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
