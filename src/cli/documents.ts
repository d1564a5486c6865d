/** JSON of commands that work on several environments: one document alone as it is, several under one key. */
import type { JsonObject } from '../model/json.ts';
import type { CommandContext } from './context.ts';

export function printDocuments(context: CommandContext, key: string, documents: readonly JsonObject[]): void {
  if (context.output !== 'json') return;
  const [only, ...more] = documents;
  context.printJson(only !== undefined && more.length === 0 ? only : { [key]: documents });
}
