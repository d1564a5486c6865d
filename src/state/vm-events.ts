/**
 * What happened to VMs, as JSON Lines: a new file at 100 MB, kept for 30 days. It is never needed, so a line that says
 * nothing is left out, and one that a crash cut off is left standing. Whoever writes holds the lock of the project.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PRIVATE_FILE } from '../files/atomic-file.ts';
import { errnoOf } from '../files/errno.ts';
import { isMissing } from '../files/is-missing.ts';
import { makeFolder } from '../files/make-folder.ts';
import { TrueupError } from '../model/failure.ts';
import { VM_EVENT_FORMAT_VERSION, VM_EVENT_SEVERITIES, VM_EVENT_TYPES, type VmEvent } from '../model/vm-event.ts';
import type { StateFolder } from './folder.ts';
import { moveAside } from './move-aside.ts';
import { type KeptFiles, rotatedFiles, rotateFile, tidyFiles } from './rotated-files.ts';
import { anyObject, objectOf, oneOf, text, textThat } from './shape.ts';
import { parseJson, parseStored } from './stored-json.ts';
import { headerLine } from './stored-lines.ts';
import { unreadable, unwritable } from './system-error.ts';
import { currentVmEventPath, vmEventFolder } from './vm-files.ts';

const KEPT_MS = 30 * 24 * 3_600_000;

const ROTATE_BYTES = 100_000_000;

/** No month of any environment fills it, but for something that went wild. */
const MOST_BYTES = 10 * ROTATE_BYTES;

const KEPT: KeptFiles = { longestMs: KEPT_MS, mostBytes: MOST_BYTES };

const EVENT_SHAPE = objectOf({
  id: text,
  vmId: text,
  eventType: oneOf(VM_EVENT_TYPES),
  message: text,
  details: anyObject,
  timestamp: textThat((value) => !Number.isNaN(Date.parse(value)), 'a moment'),
  severity: oneOf(VM_EVENT_SEVERITIES),
});

export interface VmEventReading {
  /** Milliseconds since the epoch. */
  readonly now: number;
  onProblem(problem: TrueupError): void;
}

/** In the order in which they were written; nothing that is older than it is kept. */
export async function* readVmEvents(
  folder: StateFolder,
  environment: string,
  { now, onProblem }: VmEventReading,
): AsyncGenerator<VmEvent, void, undefined> {
  const rotated = await rotatedFiles(vmEventFolder(folder, environment));
  const current = { path: currentVmEventPath(folder, environment), isCompressed: false, until: now };
  for (const { path, isCompressed, until } of [...rotated, current]) {
    if (now - until > KEPT_MS || isMissing(path)) continue;
    try {
      for await (const event of eventsIn(path, isCompressed)) {
        if (now - Date.parse(event.timestamp) <= KEPT_MS) yield event;
      }
    } catch (error) {
      // It was compressed or removed since we looked.
      if (errnoOf(error) === 'ENOENT') continue;
      const reason = error instanceof Error ? error.message : String(error);
      const next = 'What happened then is not shown.';
      onProblem(error instanceof TrueupError ? error : unreadable(path, reason, next, error));
    }
  }
}

async function* eventsIn(path: string, isCompressed: boolean): AsyncGenerator<VmEvent, void, undefined> {
  const file = createReadStream(path);
  const input = isCompressed ? unpacked(file) : file;
  let isFirst = true;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (isFirst) assertReadable(path, line);
      isFirst = false;
      const event = parseJson<VmEvent>(line, EVENT_SHAPE);
      if (event.status === 'read') yield event.value;
    }
  } finally {
    input.destroy();
    file.destroy();
  }
}

function unpacked(file: Readable): Readable {
  const gunzip = createGunzip();
  file.once('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

function assertReadable(path: string, line: string): void {
  const header = parseStored(line, VM_EVENT_FORMAT_VERSION, anyObject);
  if (header.status === 'too_new') throw tooNew(path, header.found);
}

export interface VmEventWriting {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** At what size a new file is begun; absent for that of the product. */
  readonly rotateBytes?: number;
}

/** Adds what happened. Rejects with `state_unwritable` or `state_too_new`. */
export async function appendVmEvents(
  folder: StateFolder,
  environment: string,
  events: readonly VmEvent[],
  { now, rotateBytes = ROTATE_BYTES }: VmEventWriting,
): Promise<void> {
  if (events.length === 0) return;
  const path = currentVmEventPath(folder, environment);
  try {
    await makeFolder(dirname(path));
    await rotateWhereDue(path, now, rotateBytes);
    await append(path, events);
  } catch (error) {
    throw error instanceof TrueupError ? error : unwritable(path, error);
  }
}

/** A file that is written to seldom is not kept much longer than its oldest line may be. */
const ROTATE_AFTER_MS = 24 * 3_600_000 * 7;

async function rotateWhereDue(path: string, now: number, rotateBytes: number): Promise<void> {
  const { size, header, first } = await beginningOf(path);
  if (size === 0) return;
  const stored = parseStored(header, VM_EVENT_FORMAT_VERSION, anyObject);
  if (stored.status === 'too_new') throw tooNew(path, stored.found);
  if (stored.status === 'damaged') {
    await moveAside(path);
    return;
  }
  const event = parseJson<VmEvent>(first, EVENT_SHAPE);
  const age = event.status === 'read' ? now - Date.parse(event.value.timestamp) : 0;
  // A clock that was set back must not keep the file for ever.
  if (size < rotateBytes && age < ROTATE_AFTER_MS && age >= 0) return;
  await rotateFile(path, dirname(path), now);
  await tidyFiles(dirname(path), now, KEPT);
}

interface Beginning {
  readonly size: number;
  readonly header: string;
  readonly first: string;
}

async function beginningOf(path: string): Promise<Beginning> {
  if (isMissing(path)) return { size: 0, header: '', first: '' };
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), { position: 0 });
  const [header = '', first = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 2);
  return { size, header, first };
}

async function append(path: string, events: readonly VmEvent[]): Promise<void> {
  await using file = await open(path, 'a+', PRIVATE_FILE);
  const { size } = await file.stat();
  const { buffer } = size === 0 ? { buffer: null } : await file.read(Buffer.alloc(1), { position: size - 1 });
  const gap = buffer === null ? `${headerLine(VM_EVENT_FORMAT_VERSION)}\n` : buffer[0] === 0x0a ? '' : '\n';
  await file.appendFile(`${gap}${events.map((event) => JSON.stringify(event)).join('\n')}\n`);
}

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: VM_EVENT_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only what happened to VMs is forgotten.',
  });
}
