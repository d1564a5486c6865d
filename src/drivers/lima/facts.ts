/** What is known of Lima on this machine: its version, and what it emulates where nobody says. */
import { arch, platform } from 'node:process';
import type { Facts } from '../../model/observed.ts';
import type { Engine } from './engine.ts';

export type Accelerator = 'kvm' | 'tcg';

export interface LimaFacts extends Facts {
  readonly kind: 'lima';
  /** Of Lima. */
  readonly version: string;
  readonly home: string;
  readonly host_arch: string;
  readonly host_os: string;
  /** What `accelerator: auto` comes to; `null` where machines are accelerated by other means, or never. */
  readonly auto_accelerator: Accelerator | null;
}

const ARCHS: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  arm: 'armv7l',
  ppc64: 'ppc64le',
};

export function hostArch(): string {
  return ARCHS[arch] ?? arch;
}

/** `output` is what `limactl --version` prints. KVM is for who says so: that there is a device proves nothing. */
export function factsOf({ home }: Engine, output: string): LimaFacts {
  return {
    kind: 'lima',
    version: /version (\S+)/.exec(output)?.[1] ?? 'unknown',
    home,
    host_arch: hostArch(),
    host_os: platform,
    auto_accelerator: platform === 'linux' ? 'tcg' : null,
  };
}

export function isLimaFacts(facts: Facts | null): facts is LimaFacts {
  return facts !== null && facts.kind === 'lima' && typeof facts['home'] === 'string';
}
