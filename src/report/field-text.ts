/** Field paths for people: `networking.ports.8080/tcp` for `$['networking']['ports']['8080/tcp']`. */
import { type FieldPath, pathText } from '../model/field-path.ts';
import { safeText } from './safe-text.ts';

/** Names that would read as two, or not at all, stand in brackets: `labels["com.example.team"]`. */
export function fieldText(path: FieldPath): string {
  return safeText(pathText(path));
}
