/** Whether a guest has come up, by what it writes to its serial console. Pure. */
import { type JsonObject, member } from '../../../model/json.ts';

/** What a guest says whose kernel has handed over to its first program. */
const SIGNS: readonly RegExp[] = [/\blogin:\s*$/, /\bCloud-init v\./, /\bWelcome to \S/, /\bReached target\b/];

/** `ready.serial` where it is declared, else any of these signs. */
export function hasComeUp(config: JsonObject, lines: readonly string[]): boolean {
  const declared = member(config['ready'] ?? null, 'serial');
  const patterns = typeof declared === 'string' ? [new RegExp(declared), ...SIGNS] : SIGNS;
  return lines.some((line) => patterns.some((pattern) => pattern.test(line)));
}
