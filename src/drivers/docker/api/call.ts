/** One request to the engine as the client words it, before version, deadline and transport; and its whole answer. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the body. */
  readonly file?: Readable;
  /** What is attempted, for messages: `start the container shop-web-1`. */
  readonly what: string;
  /** Milliseconds until the whole answer must be there; of a stream, until it begins; with a file, since it last moved. */
  readonly deadline: number;
  /** Statuses beside success that are an answer and no failure. */
  readonly accept?: readonly number[] | 'any';
  /** A refusal in these words means that it is done already. */
  readonly done?: RegExp;
  /** `untold`: the caller itself tells apart what refusals mean, and gets each as `step_failed`. */
  readonly refusals?: 'untold';
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; the text itself where it is no JSON, `null` where it is empty. */
  readonly body: unknown;
}

/** A path from a template: what is filled in is encoded, but for the slashes and colons of image references. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(
    { raw: strings },
    ...values.map((value) => encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':')),
  );
}
