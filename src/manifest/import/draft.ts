/** What is found while one resource is put in words: each thing that cannot be said is said here, with its reason. */
import { type Address, addressOf, type ResourceType } from '../../model/address.ts';
import { fieldPath } from '../../model/field-path.ts';
import type { IgnoredField, ImportNote, ImportNoteKind } from './imported.ts';

/** Written with each ignore rule, for who reads the manifest. */
const REASON = 'trueup import: ';

export class Draft {
  readonly address: Address;
  readonly notes: ImportNote[] = [];
  readonly ignored: IgnoredField[] = [];
  /** Lines above it in the manifest. */
  readonly comments: string[] = [];

  constructor(type: ResourceType, key: string) {
    this.address = addressOf(type, key);
  }

  note(kind: ImportNoteKind, text: string): void {
    this.notes.push({ kind, address: this.address, text });
  }

  /** The field stays as it is on the engine: no plan is about it, until the rule is taken out. */
  leaveOut(names: readonly string[], reason: string): void {
    this.note('not_expressed', `${names.join('.')}: ${reason}`);
    this.ignored.push({ address: this.address, field_path: fieldPath(...names), reason: `${REASON}${reason}` });
  }
}
