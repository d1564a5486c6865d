/** A Procfile: one process type a line, `name: command`, as foreman and Heroku read it. */
import type { JsonObject } from '../../model/json.ts';
import { secretSpans } from '../../model/secret-spans.ts';
import { shellWords } from '../shell-words.ts';
import { validKey } from './keys.ts';
import { escaped } from './values.ts';

export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

export interface ProcfileImport {
  readonly services: Readonly<Record<string, JsonObject>>;
  readonly bad: readonly BadLine[];
  /** Names that are no valid key, and what they became. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** Which of them read `PORT`, that whoever ran them gave each of them. */
  readonly reads_port: readonly string[];
  /** Which of them have something in their command that looks like a secret. */
  readonly plain_secrets: readonly string[];
}

/** What only a shell understands: variables, pipes, lists, redirections, patterns, and settings in front of a command. */
const NEEDS_SHELL = /[$`|&;<>()*?~#!\n]|\[|\{|^\s*[A-Za-z_][A-Za-z0-9_]*=/;

/** `cwd` is where commands run, as the manifest names it. */
export function importProcfile(text: string, cwd: string): ProcfileImport {
  const services: Record<string, JsonObject> = {};
  const bad: BadLine[] = [];
  const renamed: { from: string; to: string }[] = [];
  const readsPort: string[] = [];
  const plainSecrets: string[] = [];
  // Editors of Windows put a mark in front of the first line.
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name = '', command = ''] = /^([A-Za-z0-9_-]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
    const key = validKey(name);
    const reason = name === '' ? 'it is not "name: command"' : problemOf(key, command, services);
    if (reason !== null) {
      bad.push({ line: index + 1, reason });
      continue;
    }
    if (key !== name) renamed.push({ from: name, to: key });
    if (/\$\{?PORT\b/.test(command)) readsPort.push(key);
    if (secretSpans(command).length > 0) plainSecrets.push(key);
    services[key] = { process: { command: escaped(commandOf(command)), cwd } };
  }
  return { services, bad, renamed, reads_port: readsPort, plain_secrets: plainSecrets };
}

function problemOf(key: string, command: string, services: Readonly<Record<string, JsonObject>>): string | null {
  if (Object.hasOwn(services, key)) return `another line is called "${key}" already`;
  return NEEDS_SHELL.test(command) || shellWords(command) !== null ? null : 'a quote in the command is not closed';
}

/** Its words where a shell would add nothing to them. */
function commandOf(command: string): readonly string[] {
  const words = NEEDS_SHELL.test(command) ? null : shellWords(command);
  return words === null || words.length === 0 ? ['sh', '-c', command] : words;
}
