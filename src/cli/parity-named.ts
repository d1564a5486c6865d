/** The two words of `parity A B`, where the second may be left to the settings. */
import { TrueupError } from '../model/failure.ts';
import type { CommandContext } from './context.ts';

/** One alone is held against the environment that the settings name. */
export async function namedPair(context: CommandContext, words: readonly string[]): Promise<readonly [string, string]> {
  const [source = '', target, ...more] = words;
  if (more.length > 0) {
    throw new TrueupError('usage', `a parity is of two environments, and ${words.length} are named`, {
      next: 'compare several with `--matrix`',
    });
  }
  if (target !== undefined) return [source, target];
  const { settings } = await context.workspace('read');
  const { reference } = settings.parity;
  if (reference !== null && reference !== source) return [source, reference];
  throw new TrueupError('usage', `nothing is named that "${source}" is to be held against`, {
    next: 'name a second environment, or set `parity.reference` in trueup.yaml',
  });
}
