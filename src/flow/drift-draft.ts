/** A draft: manifests with edits that were not tried yet. Never changed: each edit makes another draft. */
import { editYamlAll } from '../manifest/edit/yaml-edit.ts';
import type { FileEdits, OwnFile } from '../manifest/edit/candidates.ts';
import { withValue, type YamlEdit } from '../manifest/edit/edited-value.ts';
import { YamlText } from '../manifest/edit/yaml-text.ts';
import { isJsonObject, type Json } from '../model/json.ts';

interface DraftFile {
  readonly text: YamlText;
  /** Not made in the text yet. */
  readonly edits: readonly YamlEdit[];
  /** What the file means with them. */
  readonly value: Json;
}

export class Draft {
  readonly #files: ReadonlyMap<string, DraftFile>;

  private constructor(files: ReadonlyMap<string, DraftFile>) {
    this.#files = files;
  }

  /** `texts` by path, relative to the root of the repo. */
  static of(texts: ReadonlyMap<string, string>): Draft {
    return new Draft(new Map([...texts].map(([path, text]) => [path, untouched(new YamlText(text))])));
  }

  get texts(): ReadonlyMap<string, string> {
    return new Map([...this.#files].map(([path, { text }]) => [path, text.text]));
  }

  /** Those that can be edited, as they would be. */
  get files(): readonly OwnFile[] {
    return [...this.#files].flatMap(([path, { text, value }]) => {
      const root = value ?? {};
      return !text.isBroken && isJsonObject(root) ? [{ path, root }] : [];
    });
  }

  /** `null` where one of the places is not there. */
  with({ file, edits }: FileEdits): Draft | null {
    const found = this.#files.get(file);
    if (found === undefined) return null;
    let value: Json | undefined = found.value ?? {};
    for (const edit of edits) {
      // What is said in one place and stands for others too cannot be another in one of them.
      if (found.text.walk(edit.path).isAliased) return null;
      value = value === undefined ? undefined : withValue(value, edit.path, edit.value);
    }
    if (value === undefined) return null;
    return new Draft(new Map(this.#files).set(file, { ...found, edits: [...found.edits, ...edits], value }));
  }

  /** The same with its edits made; `null` where one cannot be made without changing what else is said. */
  made(): Draft | null {
    const made = new Map<string, DraftFile>();
    for (const [path, found] of this.#files) {
      const text = found.edits.length === 0 ? found.text : editYamlAll(found.text, found.edits);
      if (text === null) return null;
      made.set(path, untouched(text));
    }
    return new Draft(made);
  }

  /** Whether a line of a file stands within what is said at a path. */
  isWithin(file: string, line: number, path: readonly string[]): boolean {
    const found = this.#files.get(file);
    const slot = found?.text.walk(path).slots.at(path.length - 1);
    if (found === undefined || slot === undefined) return false;
    const lines = (end: number): number => found.text.text.slice(0, end).split('\n').length;
    return lines(found.text.start(slot)) <= line && line <= lines(found.text.end(slot));
  }
}

function untouched(text: YamlText): DraftFile {
  return { text, edits: [], value: text.value };
}
