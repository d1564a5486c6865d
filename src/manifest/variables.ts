/** Variables: `--var`, then `variables`, then the process environment, then `.env`; and what a template makes of them. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { VariableOrigin } from '../model/explanation.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import { MASK } from '../model/secret.ts';
import type { ManifestPath } from './layers.ts';
import type { Reporter } from './reporter.ts';
import type { SecretSource, SecretSources } from './secret-sources.ts';
import { EMPTY, joinTexts, plainText, type SecretDeclaration, type Text, WRONG } from './secret-texts.ts';
import { shellWords } from './shell-words.ts';
import { parseTemplate, type Substitution, type TemplatePart } from './template.ts';

/** Variables that are made of one another could otherwise grow without end. */
const MAX_LENGTH = 1_000_000;
/** All texts of one environment together: many large ones would take all memory there is. */
const MAX_TOTAL = 64_000_000;
const MAX_DEPTH = 100;

export interface VariableSources {
  readonly commandLine: Readonly<Record<string, string>>;
  /** The `variables` of the environment, as declared. */
  readonly declared: JsonObject;
  readonly processEnvironment: NodeJS.ProcessEnv;
  readonly envFile: Readonly<Record<string, string>>;
  /** Whether git has a file, with this content or another, by its absolute path: an edit of it is like one of a manifest. */
  isHeld(file: string): boolean;
  /** Whether git holds what `envFile` is made of. */
  readonly isEnvFileHeld: boolean;
  /** Which of the operator's variables the repo may read, and no file of them; `null` where it is the operator's own. */
  readonly allowed: ReadonlySet<string> | null;
}

export interface DeclaredSecret {
  readonly text: Text;
  readonly declaration: SecretDeclaration;
}

interface SubstituteOptions {
  /** See {@link parseTemplate}. */
  readonly looseDollars?: boolean;
  /** The template is itself the text of a secret, and so is not quoted. */
  readonly isSecret?: boolean;
}

export class Variables {
  readonly #sources: VariableSources;
  readonly #root: string;
  readonly #reporter: Reporter;
  /** `null` where secrets are not to be resolved. */
  readonly #secrets: SecretSources | null;
  readonly #known = new Map<string, Text | null>();
  readonly #underway: string[] = [];
  #total = 0;

  constructor(sources: VariableSources, root: string, reporter: Reporter, secrets: SecretSources | null) {
    this.#sources = sources;
    this.#root = root;
    this.#reporter = reporter;
    this.#secrets = secrets;
  }

  /** Declared variables that nothing uses are looked at too, so that their mistakes are not found later. */
  checkAll(): void {
    for (const [name, value] of Object.entries(this.#sources.declared)) if (!isJsonObject(value)) this.#lookup(name);
  }

  /** Plain texts of the variables that are secret: what is built from one holds it, and others may print that part alone. */
  knownSecrets(): readonly string[] {
    const texts = [...this.#known.values()].filter((text) => text !== null);
    return texts.flatMap(({ plain, isSecret, isKnown, isWrong }) => (isSecret && isKnown && !isWrong ? [plain] : []));
  }

  /** Where a variable has its value from; nothing is said of the value. */
  originOf(name: string): VariableOrigin {
    const { commandLine, declared, processEnvironment, envFile } = this.#sources;
    if (Object.hasOwn(commandLine, name)) return 'command_line';
    if (Object.hasOwn(declared, name) && declared[name] !== null) return 'manifest';
    if (Object.hasOwn(processEnvironment, name)) return 'process_environment';
    return Object.hasOwn(envFile, name) ? 'env_file' : 'not_set';
  }

  /** What the scalar at `path` means. A mistake is reported, and reads as empty. */
  substitute(template: string, path: ManifestPath, options: SubstituteOptions = {}): Text {
    if (!template.includes('$')) return plainText(template);
    const { parts, error } = parseTemplate(template, options.looseDollars);
    if (error === null) return this.#join(parts, path);
    const written = template.slice(error.offset, error.offset + 24);
    const detail = 'write $$ for a dollar sign, and ${NAME} or ${NAME:-default} for a variable';
    const summary =
      options.isSecret === true ? 'from here on the secret is no interpolation' : `"${written}" is no interpolation`;
    this.#reporter.errorInText('invalid_interpolation', path, written, summary, detail);
    return WRONG;
  }

  /** A `{secret: true, source, value}`; `null` when it is not written as one, which validation reports. */
  secret(declared: JsonObject, path: ManifestPath): DeclaredSecret | null {
    const [source, value] = [member(declared, 'source') ?? 'inline', member(declared, 'value')];
    const valuePath = [...path, 'value'];
    if (declared['secret'] !== true || value === null) return null;
    if (source === 'inline' && typeof value === 'string') {
      const text = { ...this.substitute(value, valuePath, { isSecret: true }), isSecret: true };
      return { text, declaration: { source, value: null } };
    }
    if (source === 'file' && typeof value === 'string') {
      const written = this.substitute(value, valuePath);
      const file = resolve(this.#folderOf(valuePath), written.plain);
      // A path may itself be made of a secret.
      const shown = written.isSecret ? MASK : file;
      const said = isAbsolute(written.plain) ? written.plain : relative(this.#root, file);
      const wanted = { source, path: file } as const;
      const text = this.#fetched(wanted, [source, said], valuePath, `the secret file ${shown} cannot be read`);
      return { text, declaration: { source, value: shown } };
    }
    if (source !== 'command') return this.#listOfWords(source, value, valuePath);
    const command = this.#command(value, valuePath);
    if (command === null) return null;
    const cwd = this.#folderOf(valuePath);
    const wanted = { source, command: command.map(({ plain }) => plain), cwd } as const;
    const said = [source, ...wanted.command, relative(this.#root, cwd)];
    const shown = command.map(({ plain, isSecret }) => (isSecret ? MASK : plain));
    const text = this.#fetched(wanted, said, valuePath, `the command "${shown[0]}" that prints a secret failed`);
    return { text, declaration: { source, value: shown } };
  }

  /** Words are for a command alone: taken for anything else they would be no secret, and no value either. */
  #listOfWords(source: Json, value: Json, path: ManifestPath): DeclaredSecret | null {
    if (!Array.isArray(value) || (source !== 'inline' && source !== 'file')) return null;
    const detail = 'write `source: command` to have it printed by a command, or the value as a text';
    this.#reporter.error('invalid_secret', path, `a list of words is no secret of source "${source}"`, detail);
    return { text: { ...WRONG, isSecret: true, isKnown: false }, declaration: { source, value: null } };
  }

  /** `said` is how it is declared, the same in every clone. */
  #fetched(source: SecretSource, said: readonly string[], path: ManifestPath, failure: string): Text {
    const declared = `\0${JSON.stringify(said)}\0`;
    const unknown: Text = { ...EMPTY, declared, isHeld: false, isSecret: true, isKnown: false };
    if (this.#secrets === null) return unknown;
    const reading = this.#secrets.read(source);
    if (reading.status === 'known') {
      const text: Text = { ...plainText(reading.plain), isSecret: true };
      const isHeld = source.source === 'file' && this.#sources.isHeld(source.path);
      return isHeld ? text : { ...text, declared, isHeld };
    }
    if (reading.status === 'pending') return unknown;
    this.#reporter.error('invalid_secret', path, failure, reading.reason);
    return { ...unknown, isWrong: true };
  }

  /** The words; of a line that is made of a secret each may hold it. */
  #command(value: Json, path: ManifestPath): readonly Text[] | null {
    if (typeof value === 'string') {
      const line = this.substitute(value, path);
      const words = shellWords(line.plain);
      if (words === null) this.#reporter.error('invalid_value', path, 'a quote in the command is not closed');
      if (words?.length === 0) this.#reporter.error('invalid_value', path, 'the command is empty');
      return words === null || words.length === 0 ? null : words.map((plain) => ({ ...line, plain }));
    }
    if (Array.isArray(value) && value.length === 0) this.#reporter.error('invalid_value', path, 'the command is empty');
    if (!Array.isArray(value) || value.length === 0) return null;
    return value.map((word: Json, index) =>
      typeof word === 'string' ? this.substitute(word, [...path, String(index)]) : EMPTY,
    );
  }

  #folderOf(path: ManifestPath): string {
    return resolve(this.#root, dirname(this.#reporter.layers.fileOf(path)));
  }

  #join(parts: readonly TemplatePart[], path: ManifestPath): Text {
    const text = joinTexts(parts.map((part) => (typeof part === 'string' ? plainText(part) : this.#value(part, path))));
    if (parts.length > 1) this.#total += text.plain.length;
    if (text.plain.length <= MAX_LENGTH && this.#total <= MAX_TOTAL) return text;
    const much = text.plain.length > MAX_LENGTH ? 'a text of more than a million' : 'texts of more than 64 million';
    this.#reporter.error('invalid_interpolation', path, `interpolation makes ${much} characters`);
    return WRONG;
  }

  /** What the surroundings say of a variable, or do not say, no commit decides. */
  #value(substitution: Substitution, path: ManifestPath): Text {
    const { name, operator, operand } = substitution;
    const text = this.#valueOf(substitution, path);
    if (this.#isOfGit(name)) return text;
    return { ...text, declared: `\0${JSON.stringify([name, operator, operand])}\0`, isHeld: false };
  }

  #isOfGit(name: string): boolean {
    const origin = this.originOf(name);
    switch (origin) {
      // Whoever says it with the command means it, and asks for nothing else.
      case 'command_line':
      case 'manifest':
        return true;
      case 'env_file':
        return this.#sources.isEnvFileHeld;
      case 'process_environment':
      case 'not_set':
        return false;
      default:
        return origin satisfies never;
    }
  }

  #valueOf(substitution: Substitution, path: ManifestPath): Text {
    const { name, operator, operand } = substitution;
    const value = this.#lookup(name);
    const isSet = value !== null && !(operator.startsWith(':') && value.isKnown && value.plain === '');
    if (operator.endsWith('+')) return isSet ? this.#join(operand, path) : EMPTY;
    if (isSet) return value;
    if (operator.endsWith('-')) return this.#join(operand, path);
    this.#reportUnset(substitution, value, path);
    return WRONG;
  }

  #reportUnset({ name, operator, operand, written }: Substitution, value: Text | null, path: ManifestPath): void {
    const problem = value === null ? 'is not set' : 'is empty';
    const message = operator === '' ? EMPTY : this.#join(operand, path);
    const reason = message.plain === '' || message.isSecret ? '' : `: ${message.plain}`;
    const names =
      value === null ? [...Object.keys(this.#sources.commandLine), ...Object.keys(this.#sources.declared)] : [];
    const detail = this.#reporter.suggestion(name, names, this.#waysToSet(name));
    this.#reporter.errorInText('unset_variable', path, written, `variable "${name}" ${problem}${reason}`, detail);
  }

  #waysToSet(name: string): string {
    const { allowed } = this.#sources;
    const [set, orDefault] = [`set it with --var ${name}=…`, `or write \${${name}:-default}`];
    if (allowed === null) return `${set}, under \`variables\`, in the environment or in .env, ${orDefault}`;
    if (allowed.has(name)) return `${set}, under \`variables\` or in the environment of trueup, ${orDefault}`;
    return `set it under \`variables\`, ${orDefault}: of yours a repo that is not yours reads what its policy lists alone`;
  }

  #lookup(name: string): Text | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#underway.length >= MAX_DEPTH) {
      this.#reporter.error('invalid_interpolation', ['variables', name], 'variables refer to each other too deeply');
      return WRONG;
    }
    if (this.#underway.includes(name)) {
      const circle = [...this.#underway.slice(this.#underway.indexOf(name)), name].join(' → ');
      this.#reporter.error(
        'invalid_interpolation',
        ['variables', name],
        `variables refer to each other in a circle: ${circle}`,
      );
      return WRONG;
    }
    this.#underway.push(name);
    const value = this.#find(name);
    this.#underway.pop();
    this.#known.set(name, value);
    return value;
  }

  #find(name: string): Text | null {
    const { commandLine, declared, processEnvironment, envFile } = this.#sources;
    if (Object.hasOwn(commandLine, name)) return plainText(commandLine[name] ?? '');
    if (Object.hasOwn(declared, name) && declared[name] !== null) return this.#declared(name, declared[name] ?? null);
    const source = Object.hasOwn(processEnvironment, name) ? processEnvironment : envFile;
    return Object.hasOwn(source, name) ? plainText(source[name] ?? '') : null;
  }

  #declared(name: string, value: Json): Text {
    const path = ['variables', name];
    if (typeof value === 'string') return this.substitute(value, path);
    if (typeof value === 'number') return plainText(this.#reporter.layers.textOf(path) ?? String(value));
    if (typeof value === 'boolean') return plainText(String(value));
    return (isJsonObject(value) ? this.secret(value, path)?.text : undefined) ?? EMPTY;
  }
}
