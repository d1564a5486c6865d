/** Repos that are served and declare nothing: whoever starts a daemon there waits for something that never comes. */
import { isRemoteUrl } from '../../git/remote-url.ts';
import type { ServedEnvironmentInfo } from '../../model/served.ts';
import type { Declaration, Source } from '../../serve/sources/source.ts';

export class NothingDeclared {
  readonly #by: 'commits' | 'saves';
  /** By name: those of which it was said. */
  readonly #said = new Set<string>();

  /** `by`: what makes something new count. */
  constructor(by: 'commits' | 'saves') {
    this.#by = by;
  }

  /** What there is to do, in one sentence, once for each repo; `null` where there is nothing to say. */
  words(
    { name, where }: Pick<Source, 'name' | 'where'>,
    { workspace, revision }: Pick<Declaration, 'workspace' | 'revision'>,
    served: readonly Pick<ServedEnvironmentInfo, 'source'>[],
  ): string | null {
    if (this.#said.has(name) || served.some(({ source }) => source === where)) return null;
    this.#said.add(name);
    const folder = `${workspace.settings.folders.environments}/`;
    if (this.#by === 'saves') return `no environment is declared in ${folder}: \`trueup init\` makes a first one`;
    const at = revision.commit === null ? '' : ` at ${revision.commit.slice(0, 12)}`;
    const next = isRemoteUrl(where)
      ? 'push a first one, as `trueup init` makes it, and it is served'
      : '`trueup init` makes a first one, which is served once it is committed';
    return `no environment is declared in ${folder}${at}: ${next}`;
  }
}
