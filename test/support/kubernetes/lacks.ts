/** Why programs of Kubernetes cannot be had here, asked before anything is built; `null` where they can, or where CI has to have them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_PROGRAMS } from '../docker/build-programs.ts';
import type { KubernetesProgram } from './build-kubernetes.ts';

export function lacksKubernetes(names: readonly KubernetesProgram[]): string | null {
  if (process.env['CI'] === 'true' || names.every((name) => existsSync(join(BUILT_PROGRAMS, name)))) return null;
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'Kubernetes: is built with Go, and there is no go here';
  }
}
