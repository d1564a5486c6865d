/** A unit file as systemd reads it: settings by section, specifiers of an instance, and the words of a command line. */

export type Unit = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface Instance {
  /** Such as `trueup-drift@home-me-shop.service`. */
  readonly name: string;
  readonly home: string;
  /** What the escaped path of the instance stands for. */
  readonly path: string;
}

export function parseUnit(text: string): Unit {
  const unit: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of text.split('\n')) {
    const [, title] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (title !== undefined) section = unit[title] ??= {};
    else if (key !== undefined && value !== undefined) (section[key] ??= []).push(value);
    else if (line !== '' && !line.startsWith('#')) throw new Error(`no line of a unit: ${line}`);
  }
  return unit;
}

/** `%f` and its like in their place. */
export function specified(text: string, { name, home, path }: Instance): string {
  const [, prefix = '', instance = ''] = /^([^@]+)@(.+)\.\w+$/.exec(name) ?? [];
  const specifiers: Readonly<Record<string, string>> = { f: path, h: home, i: instance, n: name, p: prefix, '%': '%' };
  return text.replaceAll(/%(.)/g, (_whole, letter: string) => {
    const value = specifiers[letter];
    if (value === undefined) throw new Error(`no specifier of ours: %${letter}`);
    return value;
  });
}

/** What `Environment=` sets. */
export function environmentOf(unit: Unit, instance: Instance): Readonly<Record<string, string>> {
  const words = (unit['Service']?.['Environment'] ?? []).flatMap((line) => wordsOf(specified(line, instance)));
  return Object.fromEntries(
    words.map(({ text }) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}

/** The words of `ExecStart=`: a variable that is a word by itself becomes as many as it has, and `$$` is a dollar sign. */
export function commandOf(unit: Unit, instance: Instance, env: NodeJS.ProcessEnv): readonly string[] {
  const [line = '', ...others] = unit['Service']?.['ExecStart'] ?? [];
  if (others.length > 0) throw new Error('one command is all that is read here');
  return wordsOf(specified(line, instance)).flatMap(({ text, isQuoted }) => {
    const [, variable] = /^\$(\w+)$/.exec(text) ?? [];
    if (variable !== undefined && !isQuoted) return (env[variable] ?? '').split(/\s+/).filter((word) => word !== '');
    if (/(?<!\$)(?:\$\$)*\$\{?\w/.test(text)) throw new Error(`systemd would fill in a variable: ${text}`);
    return [text.replaceAll('$$', '$')];
  });
}

function wordsOf(line: string): readonly { readonly text: string; readonly isQuoted: boolean }[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain = '']) => {
    return { text: double ?? single ?? plain, isQuoted: plain === '' };
  });
}
