/** Failures while running: one family of errors with a stable code. Problems in manifests are diagnostics instead. */
import type { FailureCode } from './codes.ts';
import type { Revision } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { JsonObject } from './json.ts';

export interface FailureOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
  /** Facts for machines: ports, names, exit codes. Never a secret. */
  readonly fields?: JsonObject;
  /** What the reader can do now. */
  readonly next?: string;
}

export class TrueupError extends Error {
  override readonly name = 'TrueupError';
  readonly code: FailureCode;
  readonly retryable: boolean;
  readonly fields: JsonObject;
  readonly next: string | null;

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.fields = options.fields ?? {};
    this.next = options.next ?? null;
  }
}

export interface ReadFrom {
  readonly commit: string;
  /** By path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** One of two revisions that are held against each other. */
export interface MistakenSide {
  readonly revision: Revision;
  /** Whether its files are those that a reader has before him, and not those of what they are compared with. */
  readonly isShown: boolean;
}

/** Manifests that do not validate, as an error for callers that cannot go on: the diagnostics travel with it. */
export class InvalidManifestsError extends TrueupError {
  readonly diagnostics: readonly Diagnostic[];
  /** The commit that they were read from, with the text of its files; `null` for the working tree. */
  readonly readFrom: ReadFrom | null;
  /** Which of two revisions has them; `null` where only one is in question. */
  readonly side: MistakenSide | null;

  constructor(
    diagnostics: readonly Diagnostic[],
    readFrom: ReadFrom | null = null,
    side: MistakenSide | null = null,
    options: Pick<FailureOptions, 'next'> = {},
  ) {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
    const where = readFrom === null ? '' : ` of ${readFrom.commit.slice(0, 12)}`;
    const commit = side === null ? (readFrom?.commit ?? null) : side.revision.commit;
    const fields = side === null && readFrom === null ? {} : { revision: commit, dirty: side?.revision.dirty ?? false };
    super('invalid_manifests', `${count} ${count === 1 ? 'error' : 'errors'} in the manifests${where}`, {
      ...options,
      fields,
    });
    this.diagnostics = diagnostics;
    this.readFrom = readFrom;
    this.side = side;
  }
}

/** What a step or gate records of its failure: plain data, fit for reports. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly fields: JsonObject;
  readonly next: string | null;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TrueupError) {
    const { code, message, retryable, fields, next } = error;
    return { code, message, retryable, fields, next };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, retryable: false, fields: {}, next: null };
}
