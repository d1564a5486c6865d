/** The drift writer: tries edits of manifests, the smallest first, and keeps those that say exactly what was found. */
import { NAME_PATH } from '../diff/name-difference.ts';
import type { DriverModel } from '../drivers/driver.ts';
import { candidatesFor, type FileEdits, type OwnFile } from '../manifest/edit/candidates.ts';
import { withoutSecrets } from '../manifest/edit/without-secrets.ts';
import { editYaml } from '../manifest/edit/yaml-edit.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import { parseFile } from '../manifest/parse.ts';
import { showResource } from '../manifest/show.ts';
import type { ManifestPath } from '../manifest/layers.ts';
import { type Address, addressOf, keyOf, typeOf } from '../model/address.ts';
import type { Difference } from '../model/change.ts';
import type { ByHand, ByHandReason, DriftWriting, EditedFile } from '../model/drift-writing.ts';
import { type FieldPath, parseFieldPath, ROOT_PATH, RUN_STATE_PATH, withValueAt } from '../model/field-path.ts';
import type { Drift } from '../model/plan.ts';
import { holdsSecret } from '../model/secret.ts';
import { type FieldToWrite, saysExactly } from './written-fields.ts';

export interface DriftWriterInput {
  readonly environment: LoadedEnvironment;
  /** All of the repo, that one included. */
  readonly environments: readonly LoadedEnvironment[];
  readonly models: ReadonlyMap<string, DriverModel>;
  /** Of the manifests that may be edited, by path relative to the root of the repo. */
  readonly texts: ReadonlyMap<string, string>;
  /** What cannot be looked at, because somebody else's object has its name. */
  readonly taken: ReadonlySet<Address>;
  isKnownSecret(text: string): boolean;
  /** What the repo declares with these texts; nothing where they have mistakes. */
  load(texts: ReadonlyMap<string, string>): Promise<readonly LoadedEnvironment[]>;
}

interface Written {
  readonly field: FieldToWrite;
  readonly file: string;
}

interface Attempt {
  readonly texts: ReadonlyMap<string, string>;
  readonly written: readonly Written[];
}

/** Whoever changed so much by hand that no edit fits has more to decide than fields: the rest is left to people. */
const MOST_LOADS = 200;

export class DriftWriter {
  readonly #input: DriftWriterInput;
  readonly #byHand: ByHand[] = [];
  #settled: Attempt;
  #loads = 0;

  constructor(input: DriftWriterInput) {
    this.#input = input;
    this.#settled = { texts: input.texts, written: [] };
  }

  async write(drift: readonly Drift[]): Promise<DriftWriting> {
    await this.#settle(drift.flatMap((found) => this.#fieldsOf(found)));
    const { environment, texts: before } = this.#input;
    const { texts, written } = this.#settled;
    const files = [...texts].map(([path, after]) => editedFile(path, before.get(path) ?? '', after));
    return {
      environment: environment.name,
      files: files.filter((file) => file.before !== file.after),
      written: written.map(({ field, file }) => ({ address: field.address, field_path: field.path, file })),
      by_hand: this.#byHand,
    };
  }

  #fieldsOf({ address, kind, differences }: Drift): readonly FieldToWrite[] {
    if (kind !== 'differs') {
      const source = this.#input.environment.locate(address, ROOT_PATH);
      this.#byHand.push({ address, field_path: null, reason: 'resource', source });
      return [];
    }
    return differences.flatMap((difference) => {
      const reason = this.#objectionTo(difference);
      const { field_path: path, before: live, source } = difference;
      if (reason === null) return [{ address, path, live }];
      this.#byHand.push({ address, field_path: path, reason, source });
      return [];
    });
  }

  #objectionTo({ field_path: path, before, after, cause }: Difference): ByHandReason | null {
    if (holdsSecret(before) || holdsSecret(after) || this.#input.isKnownSecret(JSON.stringify(before))) return 'secret';
    if (path === RUN_STATE_PATH) return 'run_state';
    if (cause === 'both') return 'changed_in_git';
    if (this.#input.texts.size === 0) return 'shared';
    return this.#usesTaken(path) ? 'no_edit' : null;
  }

  /** Whether the field is about a network that is not the declared one, but has its name. */
  #usesTaken(path: FieldPath): boolean {
    const [group, list, key] = parseFieldPath(path) ?? [];
    return group === 'networking' && list === 'networks' && this.#input.taken.has(addressOf('network', key ?? ''));
  }

  /** All at once where that says what it should; else each half by itself, down to those that do not. */
  async #settle(fields: readonly FieldToWrite[]): Promise<void> {
    const [only, ...more] = fields;
    if (only === undefined) return;
    if (more.length === 0) return this.#settleOne(only);
    if (await this.#accept(this.#attemptAll(fields))) return;
    const half = Math.ceil(fields.length / 2);
    await this.#settle(fields.slice(0, half));
    await this.#settle(fields.slice(half));
  }

  async #settleOne(field: FieldToWrite): Promise<void> {
    for (const candidate of this.#candidates(field, this.#settled)) {
      if (await this.#accept(edited(this.#settled, field, candidate))) return;
    }
    const { address, path } = field;
    const source = this.#input.environment.locate(address, path);
    this.#byHand.push({ address, field_path: path, reason: 'no_edit', source });
  }

  /** Each by its first edit that can be made; `null` where one has none. */
  #attemptAll(fields: readonly FieldToWrite[]): Attempt | null {
    let attempt: Attempt | null = this.#settled;
    for (const field of fields) {
      if (attempt === null) return null;
      const from: Attempt = attempt;
      attempt = null;
      for (const candidate of this.#candidates(field, from)) attempt ??= edited(from, field, candidate);
    }
    return attempt;
  }

  async #accept(attempt: Attempt | null): Promise<boolean> {
    if (attempt === null) return false;
    const { environment, environments, models } = this.#input;
    if (this.#loads >= MOST_LOADS) return false;
    this.#loads += 1;
    const after = await this.#input.load(attempt.texts);
    const fields = attempt.written.map(({ field }) => field);
    if (!saysExactly(fields, { name: environment.name, before: environments, after, models })) return false;
    this.#settled = attempt;
    return true;
  }

  /** With what is settled of the same resource: the whole of a group holds it too. */
  #candidates(field: FieldToWrite, { texts, written }: Attempt): readonly FileEdits[] {
    const { environment } = this.#input;
    const { address, path } = field;
    const resource = environment.resources.get(address);
    const names = parseFieldPath(path);
    if (resource === undefined || names === null) return [];
    const fields = [...written.map((known) => known.field).filter((known) => known.address === address), field];
    const config = fields.reduce((value, known) => withValueAt(value, known.path, known.live), resource.config);
    const name = fields.find((known) => known.path === NAME_PATH)?.live;
    const shown = showResource(
      { ...resource, config, name: typeof name === 'string' ? name : resource.name },
      environment,
    );
    if (shown === null) return [];
    const files = [...texts].flatMap(([file, text]) => ownFile(file, text));
    const place = placeOf(environment.manifestPath(address, path), address, names);
    return candidatesFor({ path: place, shown, config, names }, files);
  }
}

/**
 * Where the resource says it itself, or would: with the indexes of lists that it has already. What all services share is
 * never said anew for all: some of them may take part only with a profile, and are not there to be asked.
 */
function placeOf(declared: ManifestPath | null, address: Address, names: readonly string[]): ManifestPath {
  const own = [`${typeOf(address)}s`, keyOf(address)];
  const isOwn = declared !== null && declared[0] === own[0] && declared[1] === own[1];
  return isOwn && declared.length === own.length + names.length ? declared : [...own, ...names];
}

function editedFile(path: string, before: string, after: string): EditedFile {
  return { path, before, after, shown: { before: withoutSecrets(before), after: withoutSecrets(after) } };
}

function ownFile(path: string, text: string): readonly OwnFile[] {
  const { root } = parseFile(path, new TextEncoder().encode(text));
  return root === null ? [] : [{ path, root }];
}

/** `null` where an edit cannot be made. */
function edited({ texts, written }: Attempt, field: FieldToWrite, { file, edits }: FileEdits): Attempt | null {
  let text = texts.get(file) ?? null;
  for (const edit of edits) text = text === null ? null : editYaml(text, edit);
  if (text === null) return null;
  return { texts: new Map(texts).set(file, text), written: [...written, { field, file }] };
}
