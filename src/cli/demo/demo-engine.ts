/** What the demo needs to know of the engine that it is played on. The story is the same on all of them. */
import type { Scratch } from './scratch.ts';
import type { Stage } from './stage.ts';

export const MANIFEST_PATH = 'environments/local/environment.yaml';

export interface DemoEngine {
  /** What the three services of the demo are: `local processes`. */
  readonly noun: string;
  /** Whether state and runtime folders of the demo's own keep it apart from all else that runs on the engine. */
  readonly ownFolders: boolean;
  /** What goes wrong on its own, and how apply heals it, in plain words. */
  readonly trouble: { readonly happens: string; readonly healed: string };
  /** Files by path from the root of the repo, the manifest among them. */
  files(greeting: string): Readonly<Record<string, string>>;
  /** Has whatever is needed before the first apply. */
  prepare(stage: Stage): Promise<void>;
  /** Shows what the API answers. */
  askApi(stage: Stage, signal: AbortSignal): Promise<void>;
  /** Changes the world behind trueup's back. Answers why it cannot, or `null` when it did. */
  misbehave(stage: Stage, scratch: Scratch, signal: AbortSignal): Promise<string | null>;
  /** Ends, by force, what still runs; says whether nothing is left. Synchronous: the process may be about to exit. */
  endLeftovers(scratch: Scratch): boolean;
  /** What to say where something is left. */
  leftText(scratch: Scratch): string;
}
