/** Commands: a string split into words, or a list, each word a text or a secret. */
import type { Command } from '../../model/generated/environment.ts';
import type { Json } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { shellWords } from '../shell-words.ts';
import type { Scope } from './scope.ts';

/** `null` when it is not set. */
export function resolveCommand(command: Command | undefined, path: ManifestPath, scope: Scope): readonly Json[] | null {
  if (command === undefined) return null;
  if (typeof command !== 'string') return command.map((word) => scope.secrets.leaf(word));
  const words = shellWords(command);
  if (words === null) scope.reporter.error('invalid_value', path, 'a quote in the command is not closed');
  else if (words.length === 0) scope.reporter.error('invalid_value', path, 'the command has no words');
  return words;
}
