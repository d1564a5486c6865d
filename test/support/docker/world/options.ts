/** Options of a command line, as a person types them: a flag and its value each, in the order in which they are given. */

/** `null` for a flag that takes no value. */
export type Option = readonly [flag: string, value: string | null];

export type Options = readonly Option[];

/** The flag has these values and no others, where it stood. */
export function withFlag(options: Options, flag: string, ...values: readonly (string | null)[]): Options {
  const first = options.findIndex(([name]) => name === flag);
  const others = options.filter(([name]) => name !== flag);
  return others.toSpliced(first === -1 ? others.length : first, 0, ...values.map((value): Option => [flag, value]));
}

/** Of a flag that is given once for each of many, such as `--env NAME=value`: the one of this beginning; `null` takes it out. */
export function withEntry(options: Options, flag: string, beginning: string, value: string | null): Options {
  const others = options.filter(([name, text]) => name !== flag || text?.startsWith(beginning) !== true);
  return value === null ? others : [...others, [flag, value]];
}

/** Words for a command line. */
export function words(options: Options): readonly string[] {
  return options.map(([flag, value]) => (value === null ? flag : `${flag}=${value}`));
}
