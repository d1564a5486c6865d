/** Parse: the bytes of one file to values and positions, with everything that is wrong about the YAML said at once. */
import { LineCounter, parseDocument } from 'yaml';
import { type Diagnostic, errorAt, warningAt } from '../model/diagnostic.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { convertDocument } from './convert.ts';
import { SourceFile } from './source-file.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** So many syntax errors of one file are listed: a file that is no YAML at all has one at every character. */
const MOST_ERRORS = 200;

/** The parser reports its own exhaustion as a syntax error, once for each level. */
const STACK_EXHAUSTED = 'Maximum call stack size exceeded';

export interface ParsedFile {
  readonly file: SourceFile;
  /** `null` when the file cannot be used. */
  readonly root: JsonObject | null;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseFile(path: string, bytes: Uint8Array): ParsedFile {
  if (bytes.length > MAX_BYTES)
    return unusable(path, 'the file is too large for a manifest', 'at most 32 MiB are read');
  const text = decode(bytes);
  if (text === null) return unusable(path, 'the file is not UTF-8 text', 'save it as UTF-8');
  if (text.includes('\0'))
    return unusable(path, 'the file is not text', 'a manifest is YAML text; this file is binary');
  return parseText(path, text);
}

function parseText(path: string, text: string): ParsedFile {
  const lines = new LineCounter();
  try {
    // Keys are checked for doubles while converting: that is faster for large maps, and can say where the first one is.
    const document = parseDocument(text, {
      lineCounter: lines,
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
    });
    const file = new SourceFile(path, text, lines.lineStarts);
    const conflict = mergeConflict(text, file);
    if (conflict !== null) return { file, root: null, diagnostics: [conflict] };
    const problems = [...document.errors, ...document.warnings];
    if (problems.some(({ message }) => message.startsWith(STACK_EXHAUSTED))) throw new RangeError(STACK_EXHAUSTED);
    const syntax = problems
      .slice(0, MOST_ERRORS)
      .map(({ code, message, pos }) =>
        errorAt('invalid_yaml', file.range(pos[0], pos[1]), firstLine(message), ADVICE[code] ?? null),
      );
    if (syntax.length > 0) return { file, root: null, diagnostics: syntax };
    const { value, diagnostics } = convertDocument(document.contents, file);
    const isUsable = isJsonObject(value) && diagnostics.every((diagnostic) => diagnostic.code !== 'invalid_yaml');
    if (diagnostics.length > 0) return { file, root: isUsable ? value : null, diagnostics };
    if (value === null) {
      return { file, root: {}, diagnostics: [warningAt('invalid_yaml', file.range(0, 0), 'the file is empty')] };
    }
    if (isJsonObject(value)) return { file, root: value, diagnostics: [] };
    const detail = 'the top of the file holds keys such as `name:` or `services:`';
    return { file, root: null, diagnostics: [errorAt('invalid_yaml', file.range(0, 0), 'the file is no map', detail)] };
  } catch (error) {
    if (error instanceof RangeError) return unusable(path, 'values are nested too deeply', null);
    throw error;
  }
}

/**
 * What git leaves in a file where both sides changed the same lines. At the beginning of a line none of it is ever part of a
 * map, and as YAML it makes one error after the other.
 */
function mergeConflict(text: string, file: SourceFile): Diagnostic | null {
  const marker = /^(?:<{7}|\|{7}|>{7})(?:[ \r].*)?$/m.exec(text);
  if (marker === null) return null;
  const range = file.range(marker.index, marker.index + marker[0].trimEnd().length);
  const summary = `the file holds merge conflict markers at line ${range.start.line}`;
  return errorAt(
    'invalid_yaml',
    range,
    summary,
    'decide between the two sides, and take out the lines <<<<<<<, ======= and >>>>>>>',
  );
}

/** A byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'put each document into a file of its own: all *.yaml files of the folder are read as one',
  TAG_RESOLVE_FAILED: 'tags have no meaning in a manifest: leave it out',
};

function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? message).replace(/[.:]$/, '').replace(/; please use YAML\..*/, '');
}

function unusable(path: string, summary: string, detail: string | null): ParsedFile {
  const file = new SourceFile(path, '', [0]);
  return { file, root: null, diagnostics: [errorAt('invalid_yaml', file.range(0, 0), summary, detail)] };
}
