/** The engine that a declaration means: where libvirt listens, and in which of its storage pools disks are. */
import type { EngineDeclaration } from '../../model/desired.ts';

export interface Engine {
  readonly name: string;
  readonly uri: string;
  readonly pool: string;
  /** Whether its files are the files of this machine. */
  readonly isLocal: boolean;
}

export const SETTINGS: readonly string[] = ['uri', 'pool'];

const DEFAULT_POOL = 'default';

export function engineOf({ name, settings }: EngineDeclaration): Engine {
  const uri = textOr(settings['uri'], defaultUri());
  return { name, uri, pool: textOr(settings['pool'], DEFAULT_POOL), isLocal: isLocal(uri) };
}

/** As virsh takes it where nobody says: what the variable names, else root's own. Who is not root has a session. */
function defaultUri(): string {
  const named = process.env['LIBVIRT_DEFAULT_URI'];
  if (named !== undefined && named !== '') return named;
  return process.getuid?.() === 0 ? 'qemu:///system' : 'qemu:///session';
}

/** `qemu:///system`, `qemu+unix:///session?socket=…`: there is no host in it. */
function isLocal(uri: string): boolean {
  return /^[^:]+:\/\/\//.test(uri);
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
