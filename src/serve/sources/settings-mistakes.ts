/**
 * Mistakes in the `trueup.yaml` of a repo that is served: said with their places, once and not at each commit that leaves
 * them as they are; and that they are mended, once.
 */
import type { LoadedSettings } from '../../manifest/settings.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { failureOf, TrueupError } from '../../model/failure.ts';
import { mistakeWords } from '../log/diagnostic-words.ts';
import type { Declaration } from './source.ts';

export interface MistakeListener {
  onProblem(problem: TrueupError): void;
  /** The file has none any more. */
  onMended?(): void;
}

export class SettingsMistakes implements Disposable {
  readonly #listener: MistakeListener;
  /** Those of what was read last; `null` where it had none. */
  #said: string | null = null;
  #isClosed = false;

  constructor(listener: MistakeListener) {
    this.#listener = listener;
  }

  /** What is declared was read anew: the settings that it has, `null` where none can be taken up. Never rejects. */
  async read(declaration: Pick<Declaration, 'settings'>): Promise<LoadedSettings | null> {
    try {
      const loaded = (await declaration.settings?.()) ?? null;
      return loaded === null || this.#isClosed || !this.#isFree(loaded) ? null : loaded;
    } catch (error) {
      if (!this.#isClosed) this.#listener.onProblem(problemOf(error));
      return null;
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
  }

  #isFree({ diagnostics }: LoadedSettings): boolean {
    const words = hasErrors(diagnostics) ? mistakeWords(diagnostics) : null;
    const before = this.#said;
    this.#said = words;
    if (words === null) {
      if (before !== null) this.#listener.onMended?.();
      return true;
    }
    if (words !== before) {
      const options = { next: 'settings that were valid last count until they are mended' };
      this.#listener.onProblem(new TrueupError('invalid_manifests', `trueup.yaml has mistakes: ${words}`, options));
    }
    return false;
  }
}

function problemOf(error: unknown): TrueupError {
  if (error instanceof TrueupError) return error;
  return new TrueupError('internal', `settings could not be read: ${failureOf(error).message}`, { cause: error });
}
