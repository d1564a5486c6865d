/**
 * A play of whole things: one environment is applied, the world changes it, git takes some of it out, and trueup looks,
 * writes, plans and applies. Each stop is reached once, whoever asks for it.
 */
import type { Json } from '../../../../src/model/json.ts';
import type { CliResult } from '../../cli.ts';
import { MANIFEST } from '../../shop.ts';
import { type DockerRepo, dockerRepo } from '../docker-repo.ts';

interface Placed {
  readonly source: { readonly start: { readonly line: number } } | null;
}

interface Named {
  readonly address: string;
  readonly name: string;
}

export interface DriftDocument {
  readonly resource_drift: readonly (Named & {
    readonly kind: string;
    readonly cause: string;
    readonly differences: readonly { readonly field_path: string; readonly before: Json; readonly after: Json }[];
  })[];
  readonly conflicts: readonly (Named & Placed)[];
  readonly unmanaged: readonly { readonly type: string; readonly name: string }[];
  readonly writing?: {
    readonly files: readonly { readonly path: string }[];
    readonly by_hand: readonly (Placed & {
      readonly address: string;
      readonly field_path: string | null;
      readonly reason: string;
    })[];
  };
}

export interface PlanDocument {
  readonly resource_changes: readonly (Named & { readonly change: { readonly actions: readonly string[] } })[];
}

interface Written {
  readonly drift: DriftDocument;
  readonly plan: PlanDocument;
}

interface Cleared {
  readonly applied: CliResult;
  readonly drift: DriftDocument;
}

interface Hands {
  /** What the world does once all is applied. */
  change(repo: DockerRepo): Promise<void>;
  /** What somebody does so that it can be applied again. */
  clear(repo: DockerRepo): Promise<void>;
}

const JSON_OUT = ['--output', 'json', '--no-report'];

/** A tag that the play may give away. */
const TAG = 'tagged:1';

export class ObjectPlay {
  readonly #whole: string;
  readonly #left: string;
  readonly #hands: Hands;
  #made: Promise<DockerRepo> | null = null;
  #drifted: Promise<{ readonly drift: DriftDocument }> | null = null;
  #written: Promise<Written> | null = null;
  #applied: Promise<CliResult> | null = null;
  #cleared: Promise<Cleared> | null = null;

  /** `whole` is applied; `left` is what the manifest says when trueup looks. */
  constructor(whole: string, left: string, hands: Hands) {
    this.#whole = whole;
    this.#left = left;
    this.#hands = hands;
  }

  drifted(): Promise<{ readonly drift: DriftDocument }> {
    return (this.#drifted ??= this.#drift(['drift', ...JSON_OUT]));
  }

  written(): Promise<Written> {
    return (this.#written ??= this.#write());
  }

  /** With everything as the world left it. */
  applied(): Promise<CliResult> {
    return (this.#applied ??= this.written().then(() => this.#apply()));
  }

  /** And applied again. */
  cleared(): Promise<Cleared> {
    return (this.#cleared ??= this.#clear());
  }

  async imageId(container: string): Promise<string> {
    return (await this.#world()).docker('inspect', '--format', '{{.Image}}', container);
  }

  /** A line each. */
  async ids(...containers: readonly string[]): Promise<string> {
    return (await this.#world()).docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', ...containers);
  }

  async end(): Promise<void> {
    const repo = await this.#made;
    await repo?.[Symbol.asyncDispose]();
    await repo?.docker('rmi', TAG);
  }

  #world(): Promise<DockerRepo> {
    return (this.#made ??= this.#make());
  }

  async #make(): Promise<DockerRepo> {
    const repo = await dockerRepo({ [MANIFEST]: this.#whole });
    await repo.docker('tag', 'busybox:1', TAG);
    const applied = await repo.trueup(['apply', '--auto-approve']);
    if (applied.status !== 0) throw new Error(`nothing was made:\n${applied.stdout}${applied.stderr}`);
    await this.#hands.change(repo);
    await repo.write({ [MANIFEST]: this.#left });
    return repo;
  }

  async #drift(words: readonly string[]): Promise<{ readonly drift: DriftDocument }> {
    return { drift: documentIn(await (await this.#world()).trueup(words)) as DriftDocument };
  }

  async #write(): Promise<Written> {
    const { drift } = await this.#drift(['drift', '--write', '--auto-approve', ...JSON_OUT]);
    const plan = documentIn(await (await this.#world()).trueup(['plan', ...JSON_OUT])) as PlanDocument;
    return { drift, plan };
  }

  async #apply(): Promise<CliResult> {
    return (await this.#world()).trueup(['apply', '--auto-approve', '--allow-removals', '9']);
  }

  async #clear(): Promise<Cleared> {
    await this.applied();
    await this.#hands.clear(await this.#world());
    const applied = await this.#apply();
    return { applied, ...(await this.#drift(['drift', ...JSON_OUT])) };
  }
}

function documentIn({ stdout, stderr }: CliResult): unknown {
  if (stdout === '') throw new Error(`no document: ${stderr}`);
  return JSON.parse(stdout);
}
