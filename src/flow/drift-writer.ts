/**
 * The drift writer: tries edits of manifests, the smallest first, and keeps those that say exactly what was found. A load of
 * the repo is what takes long, so that in each round something of every resource is tried at once.
 */
import type { DriverModel } from '../drivers/driver.ts';
import type { FileEdits } from '../manifest/edit/candidates.ts';
import { withoutSecrets } from '../manifest/edit/without-secrets.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import type { Address } from '../model/address.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ByHand, DriftWriting, EditedFile } from '../model/drift-writing.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { Draft } from './drift-draft.ts';
import { type FoundField, type FoundResource, objectionTo, reasonOf, type Writable } from './drift-objections.ts';
import { fieldCandidates, ownPath } from './field-candidates.ts';
import { FieldTrial, type Refusal } from './field-trial.ts';
import { type FieldToWrite, judgeWritten } from './written-fields.ts';

export interface DriftWriterInput extends Writable {
  /** All of the repo, that one included. */
  readonly environments: readonly LoadedEnvironment[];
  readonly models: ReadonlyMap<string, DriverModel>;
  /** What the repo declares with these texts, or the mistakes that they have. */
  load(texts: ReadonlyMap<string, string>): Promise<Loaded>;
}

export interface Loaded {
  readonly environments: readonly LoadedEnvironment[];
  readonly errors: readonly Diagnostic[];
}

interface Written {
  readonly field: FieldToWrite;
  readonly file: string;
}

interface Attempt {
  readonly draft: Draft;
  readonly written: readonly Written[];
}

/** Whoever changed so much by hand that no edit fits has more to decide than fields: the rest is left to people. */
const MOST_LOADS = 200;

export class DriftWriter {
  readonly #input: DriftWriterInput;
  readonly #byHand: ByHand[] = [];
  /** Why the first edit of each was not kept: that is the one that people would make. */
  readonly #why = new Map<FieldToWrite, string>();
  #settled: Attempt;
  /** As the settled texts declare it: where items of lists stand by now. */
  #declared: LoadedEnvironment;
  #loads = 0;

  constructor(input: DriftWriterInput) {
    this.#input = input;
    this.#declared = input.environment;
    this.#settled = { draft: Draft.of(input.texts), written: [] };
  }

  async write(drift: readonly FoundResource[]): Promise<DriftWriting> {
    const trials = drift.map((found) => new FieldTrial(found.address, this.#fieldsOf(found)));
    await this.#settle(trials);
    for (const { refused } of trials) for (const one of refused) this.#leave(one);
    const { environment, texts: before } = this.#input;
    const { draft, written } = this.#settled;
    const files = [...draft.texts].map(([path, after]) => editedFile(path, before.get(path) ?? '', after));
    return {
      environment: environment.name,
      files: files.filter((file) => file.before !== file.after),
      written: written.map(({ field, file }) => ({ address: field.address, field_path: field.path, file })),
      by_hand: this.#byHand,
    };
  }

  #fieldsOf({ address, kind, differences }: FoundResource): readonly FieldToWrite[] {
    if (kind !== 'differs') {
      const source = this.#input.environment.locate(address, ROOT_PATH);
      this.#byHand.push({ address, field_path: null, reason: 'resource', detail: null, source });
      return [];
    }
    const inOrder = [
      ...differences.filter(({ before }) => before !== null),
      // From the last on: items of lists stay where they are until they are removed.
      ...differences.filter(({ before }) => before === null).toSorted((left, right) => -bySource(left, right)),
    ];
    return inOrder.flatMap((difference) => {
      const reason = objectionTo(difference, differences, this.#input);
      const { field_path: path, before: live, source, is_default: isDefault = false } = difference;
      if (reason === null) return [{ address, path, live, isDefault }];
      this.#byHand.push({ address, field_path: path, reason, detail: null, source });
      return [];
    });
  }

  #leave({ field: { address, path }, why, isTried }: Refusal): void {
    const source = this.#input.environment.locate(address, path);
    const reason = isTried ? reasonOf(path, source, this.#input) : 'untried';
    this.#byHand.push({ address, field_path: path, reason, detail: reason === 'no_edit' ? why : null, source });
  }

  async #settle(trials: readonly FieldTrial[]): Promise<void> {
    for (;;) {
      const open = trials.filter((trial) => this.#hasAttempt(trial));
      if (open.length === 0) return;
      if (this.#loads >= MOST_LOADS) {
        for (const trial of open) trial.broken();
        return;
      }
      await this.#round(open);
    }
  }

  /** Whether there is something to try; what has no edit at all is given up on the way. */
  #hasAttempt(trial: FieldTrial): boolean {
    while (trial.next !== null && this.#with(this.#settled, trial) === null) {
      const { fields, way } = trial.next;
      const [only, ...more] = fields;
      if (more.length > 0 || (only !== undefined && way < this.#candidates(only, this.#settled).length))
        trial.failed([]);
      else trial.givenUp(only === undefined ? null : (this.#why.get(only) ?? null));
    }
    return trial.next !== null;
  }

  /** What goes right of these is kept; what goes wrong is told what to try next. */
  async #round(trials: readonly FieldTrial[]): Promise<void> {
    let attempt: Attempt | null = this.#settled;
    for (const trial of trials) attempt = attempt === null ? null : this.#with(attempt, trial);
    const draft = attempt?.draft.made() ?? null;
    if (attempt === null || draft === null) return this.#byHalves(trials, null);
    if (this.#loads >= MOST_LOADS) return;
    this.#loads += 1;
    const { environments: after, errors } = await this.#input.load(draft.texts);
    if (errors.length > 0) return this.#mistaken(trials, draft, errors);
    const { environment, environments, models } = this.#input;
    const fields = attempt.written.map(({ field }) => field);
    const { elsewhere, wrong } = judgeWritten(fields, { name: environment.name, before: environments, after, models });
    if (elsewhere === null && wrong.size === 0) {
      this.#settled = { draft, written: attempt.written };
      this.#declared = after.find(({ name }) => name === environment.name) ?? environment;
      for (const trial of trials) trial.settled();
      return;
    }
    const [bad, good] = [
      trials.filter(({ address }) => wrong.has(address)),
      trials.filter(({ address }) => !wrong.has(address)),
    ];
    if (bad.length === 0) return this.#byHalves(trials, elsewhere);
    for (const trial of bad) this.#failed(trial, wrong.get(trial.address)?.fields ?? [], wrong.get(trial.address)?.why);
    if (good.length > 0) await this.#round(good);
  }

  /** Who has a mistake in it goes on to its next try, and the others are tried as they are. */
  async #mistaken(trials: readonly FieldTrial[], draft: Draft, errors: readonly Diagnostic[]): Promise<void> {
    const blamed = trials.filter((trial) => errors.some((error) => isOf(error, trial.address, draft)));
    if (blamed.length === 0) return this.#byHalves(trials, errors[0]?.summary ?? null);
    for (const trial of blamed) {
      const error = errors.find((one) => isOf(one, trial.address, draft));
      this.#failed(trial, [], error?.summary);
    }
    const others = trials.filter((trial) => !blamed.includes(trial));
    if (others.length > 0) await this.#round(others);
  }

  /** Nobody knows who it was. */
  async #byHalves(trials: readonly FieldTrial[], why: string | null): Promise<void> {
    const [only, ...more] = trials;
    if (only !== undefined && more.length === 0) return this.#failed(only, [], why ?? undefined);
    const half = Math.ceil(trials.length / 2);
    await this.#round(trials.slice(0, half));
    await this.#round(trials.slice(half));
  }

  #failed(trial: FieldTrial, blamed: readonly FieldToWrite[], why: string | undefined): void {
    const [only, ...more] = trial.next?.fields ?? [];
    if (why !== undefined && only !== undefined && more.length === 0 && !this.#why.has(only)) this.#why.set(only, why);
    trial.failed(blamed);
  }

  /** One field in the way that it is at; several each in the first that can be made. `null` where one has none. */
  #with(from: Attempt, trial: FieldTrial): Attempt | null {
    const { fields, way } = trial.next ?? { fields: [], way: 0 };
    let attempt: Attempt | null = from;
    for (const field of fields) {
      if (attempt === null) return null;
      const before: Attempt = attempt;
      const candidates = this.#candidates(field, before);
      const ways = fields.length === 1 ? candidates.slice(way, way + 1) : candidates;
      attempt = null;
      for (const candidate of ways) attempt ??= edited(before, field, candidate);
    }
    return attempt;
  }

  #candidates(field: FieldToWrite, { draft, written }: Attempt): readonly FileEdits[] {
    const { environment, root, models } = this.#input;
    const beside = written.map((one) => one.field).filter(({ address }) => address === field.address);
    return fieldCandidates(field, { environment, declared: this.#declared, models, root, beside, files: draft.files });
  }
}

function bySource({ source: left }: FoundField, { source: right }: FoundField): number {
  const [a, b] = [left?.start, right?.start];
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.line - b.line || a.column - b.column;
}

function isOf({ source }: Diagnostic, address: Address, draft: Draft): boolean {
  return source !== null && draft.isWithin(source.file, source.start.line, ownPath(address));
}

function editedFile(path: string, before: string, after: string): EditedFile {
  return { path, before, after, shown: { before: withoutSecrets(before), after: withoutSecrets(after) } };
}

/** `null` where an edit cannot be made. */
function edited({ draft, written }: Attempt, field: FieldToWrite, candidate: FileEdits): Attempt | null {
  const made = draft.with(candidate);
  return made === null ? null : { draft: made, written: [...written, { field, file: candidate.file }] };
}
