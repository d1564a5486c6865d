/**
 * Settings of trueup itself as they were valid last: mistakes in `trueup.yaml` keep nobody from what manifests declare.
 * Whoever attends to the repo says what the mistakes are.
 */
import type { LoadedSettings } from '../../manifest/settings.ts';
import { hasErrors } from '../../model/diagnostic.ts';

export class ValidSettings {
  #last: LoadedSettings | null = null;

  /** Those that count; `otherwise` is asked where nothing valid was ever found. May be those with mistakes. */
  async of(found: LoadedSettings, otherwise: () => Promise<LoadedSettings>): Promise<LoadedSettings> {
    if (!hasErrors(found.diagnostics)) this.#last = found;
    else if (this.#last === null) {
      const other = await otherwise();
      if (hasErrors(other.diagnostics)) return found;
      this.#last = other;
    }
    return this.#last ?? found;
  }
}
