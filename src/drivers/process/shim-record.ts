/**
 * The shim's record: one line that it replaces as a whole, so that a reader sees either what was or what is.
 * `v=1 id=… boot=… digest=… shim=PID:START restarts=N phase=… main=PID:START|- exit=STATUS|-`
 */
import { join } from 'node:path';
import { readStampedFile } from './files.ts';
import { FILES } from './layout.ts';
import type { ProcessIdentity } from './processes.ts';

/** `starting`: claimed; `running`: the command's process exists; `backoff`: waits to start it again; `exited`: over. */
export type ShimPhase = 'starting' | 'running' | 'backoff' | 'exited';

export interface ShimRecord {
  /** Names one launch. */
  readonly id: string;
  /** The boot in which the pids below mean anything. */
  readonly boot: string;
  /** Of what the command was started with. */
  readonly digest: string;
  /** Also the leader of the session and of the process group. */
  readonly shim: ProcessIdentity;
  /** How often the restart policy started the command again. */
  readonly restarts: number;
  readonly phase: ShimPhase;
  readonly main: ProcessIdentity | null;
  readonly exitCode: number | null;
  readonly changedAt: Date;
}

/** The record in a service's folder; `null` where nothing was ever started, or the record is damaged. */
export function readShimRecord(folder: string): ShimRecord | null {
  const read = readStampedFile(join(folder, FILES.state));
  return read === null ? null : parseShimRecord(read.text, read.changedAt);
}

function parseShimRecord(text: string, changedAt: Date): ShimRecord | null {
  if (!text.endsWith('\n')) return null;
  const fields = new Map(text.trimEnd().split(' ').map(splitField));
  const shim = parseIdentity(fields.get('shim'));
  const phase = fields.get('phase');
  const [id, boot, digest] = [fields.get('id'), fields.get('boot'), fields.get('digest')];
  if (fields.get('v') !== '1' || shim === null || !isPhase(phase)) return null;
  if (id === undefined || boot === undefined || digest === undefined) return null;
  const exit = fields.get('exit') ?? '-';
  return {
    id,
    boot,
    digest,
    shim,
    restarts: Number(fields.get('restarts') ?? 0) || 0,
    phase,
    main: parseIdentity(fields.get('main')),
    exitCode: /^\d+$/.test(exit) ? Number(exit) : null,
    changedAt,
  };
}

function splitField(field: string): [string, string] {
  const equals = field.indexOf('=');
  return [field.slice(0, equals), field.slice(equals + 1)];
}

function parseIdentity(text: string | undefined): ProcessIdentity | null {
  const match = /^(\d+):(.+)$/.exec(text ?? '');
  return match?.[1] === undefined || match[2] === undefined ? null : { pid: Number(match[1]), start: match[2] };
}

function isPhase(text: string | undefined): text is ShimPhase {
  return text === 'starting' || text === 'running' || text === 'backoff' || text === 'exited';
}
