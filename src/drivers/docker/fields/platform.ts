/** Platforms such as `linux/arm64/v8`. */
import type { ImageInspect } from '../api/wire.ts';

type Part = 'os' | 'architecture' | 'variant';

const PARTS: readonly Part[] = ['os', 'architecture', 'variant'];

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
};

const SYSTEMS: readonly string[] = ['linux', 'windows', 'darwin', 'freebsd'];

export function platformOf({ Os, Architecture, Variant = '' }: ImageInspect): string {
  return Variant === '' ? `${Os}/${Architecture}` : `${Os}/${Architecture}/${Variant}`;
}

/** A part that one of the two leaves out fits anything: so do engines look for an image. */
export function samePlatform(left: string, right: string): boolean {
  const [one, other] = [parsed(left), parsed(right)];
  return PARTS.every((part) => one[part] === null || other[part] === null || one[part] === other[part]);
}

function parsed(text: string): Readonly<Record<Part, string | null>> {
  const parts = text.toLowerCase().split('/');
  const isWhole = parts.length > 1 || SYSTEMS.includes(parts[0] ?? '');
  const [os = null, architecture = null, variant = null] = isWhole ? parts : [null, ...parts];
  return {
    os,
    architecture: architecture === null ? null : (ARCHITECTURES[architecture] ?? architecture),
    variant,
  };
}
