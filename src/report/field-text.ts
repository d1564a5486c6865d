/** Field paths for people: `networking.ports.8080/tcp` for `$['networking']['ports']['8080/tcp']`. */
import { type FieldPath, parseFieldPath } from '../model/field-path.ts';
import { safeText } from './safe-text.ts';

/** Names that would read as two, or not at all, stand in brackets: `labels["com.example.team"]`. */
export function fieldText(path: FieldPath): string {
  const names = parseFieldPath(path);
  if (names === null) return safeText(path);
  if (names.length === 0) return '(everything)';
  return names.map(segmentText).join('').replace(/^\./, '');
}

function segmentText(name: string): string {
  return /^[^\s.:[\]"']+$/.test(name) ? `.${safeText(name)}` : `[${safeText(JSON.stringify(name))}]`;
}
