/** Collects what is wrong with one environment, each thing at its place in the files that make the environment up. */
import type { DiagnosticCode } from '../model/codes.ts';
import { type Diagnostic, errorAt, warningAt } from '../model/diagnostic.ts';
import { nearest } from '../model/nearest.ts';
import type { Layers, ManifestPath, Part } from './layers.ts';

/** So many names are looked at for suggestions: thousands of wrong names among thousands of right ones take too long. */
const MAX_COMPARISONS = 1_000_000;

/** A mistake, with the path that it was reported at: its place may be that of something around it. */
export interface Mistake {
  readonly path: ManifestPath;
  readonly diagnostic: Diagnostic;
}

export class Reporter {
  #comparisons = 0;
  readonly diagnostics: Diagnostic[] = [];
  /** The errors among them that were reported here. */
  readonly mistakes: Mistake[] = [];
  readonly layers: Layers;

  constructor(layers: Layers) {
    this.layers = layers;
  }

  /** `did you mean "…"?` where a name is near enough, else `otherwise`. */
  suggestion(name: string, candidates: readonly string[], otherwise: string): string {
    this.#comparisons += candidates.length;
    const meant = this.#comparisons > MAX_COMPARISONS ? null : nearest(name, candidates);
    return meant === null ? otherwise : `did you mean "${meant}"?`;
  }

  /** At the value. */
  error(code: DiagnosticCode, path: ManifestPath, summary: string, detail: string | null = null): void {
    this.errorAt('value', code, path, summary, detail);
  }

  errorAt(part: Part, code: DiagnosticCode, path: ManifestPath, summary: string, detail: string | null = null): void {
    this.#mistake(path, errorAt(code, this.layers.locate(path, part), summary, detail));
  }

  /** At a piece of the text of a scalar. */
  errorInText(code: DiagnosticCode, path: ManifestPath, text: string, summary: string, detail: string | null): void {
    this.#mistake(path, errorAt(code, this.layers.locateText(path, text), summary, detail));
  }

  warning(code: DiagnosticCode, path: ManifestPath, summary: string, detail: string | null = null): void {
    this.diagnostics.push(warningAt(code, this.layers.locate(path, 'value'), summary, detail));
  }

  #mistake(path: ManifestPath, diagnostic: Diagnostic): void {
    this.mistakes.push({ path, diagnostic });
    this.diagnostics.push(diagnostic);
  }
}
