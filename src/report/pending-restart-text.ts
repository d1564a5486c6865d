/** What waits for a restart, one line a field: what is configured, and what runs. Values are to be masked before. */
import type { PendingRestart } from '../model/change.ts';
import { sourceText } from './difference-text.ts';
import { fieldText } from './field-text.ts';
import type { Paint } from './paint.ts';
import { safeText } from './safe-text.ts';
import { valuePair } from './value-text.ts';

/** Empty where nothing does. */
export function pendingRestartText(pending: readonly PendingRestart[], paint: Paint): string {
  if (pending.length === 0) return '';
  const lines = pending.map(({ address, field_path: path, configured, effective, source }) => {
    const { before, after } = valuePair(effective, configured, 'after');
    const field = `${safeText(address)} ${fieldText(path)}`;
    return `${field}: configured ${after}, running with ${before} ${sourceText(source, paint)}`.trimEnd();
  });
  return [paint('warning', 'Pending restart:'), ...lines].join('\n');
}
