/** One way out that a repo of somebody else tries, as data: what it holds, and the lines at which it must be refused. */
import type { DiagnosticCode } from '../../src/model/codes.ts';

export interface Escape {
  readonly name: string;
  /** By path. A line that ends in the mark is one at which an error must stand; there must be no other. */
  readonly files: Readonly<Record<string, string>>;
  /** Symbolic links, by path. */
  readonly links?: Readonly<Record<string, string>>;
  /** The codes that may stand at the marked lines. */
  readonly codes: readonly DiagnosticCode[];
  /** Whether the environment itself is harmless, and only what stands beside it is refused. */
  readonly isBeside?: boolean;
}

/** Where an error is expected. */
export const MARK = '# ✗';

/** A digest that no image has. */
export const DIGEST: string = `sha256:${'0123456789abcdef'.repeat(4)}`;

export const IMAGE: string = `busybox:1@${DIGEST}`;

export const MANIFEST = 'environments/demo/main.yaml';

/** A service that any policy would let through; lines that follow belong to its container, to it, or to the environment. */
export const HARMLESS: readonly string[] = [
  'services:',
  '  web:',
  '    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }',
  '    container:',
  `      image: ${IMAGE}`,
];

/** One that adds lines to what is harmless; each is marked unless it opens a map or list for the next. */
export function adds(name: string, ...lines: readonly string[]): Escape {
  return says(name, ...HARMLESS, ...lines);
}

export function says(name: string, ...lines: readonly string[]): Escape {
  return { name, files: { [MANIFEST]: `${lines.join('\n')}\n` }, codes: ['not_allowed'] };
}

export function otherwise(escape: Escape, changes: Partial<Escape>): Escape {
  return { ...escape, ...changes };
}

/** `file:line` of every mark. */
export function expectedPlaces({ files }: Escape): readonly string[] {
  return Object.entries(files)
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((line, index) => (line.trimEnd().endsWith(MARK) ? [`${file}:${index + 1}`] : [])),
    )
    .sort();
}
