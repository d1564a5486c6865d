/** The files of `trueup report`: the report that is read, and the page that is written. Either whole or not at all. */
import { readFile, stat } from 'node:fs/promises';
import { errnoOf } from '../files/errno.ts';
import { unwritableReason, writeOutputFile } from '../files/output-file.ts';
import { TrueupError } from '../model/failure.ts';
import { type Json, parseJson } from '../model/json.ts';
import { safeText } from '../report/safe-text.ts';

/** Far more than the largest report comes to. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Throws `invalid_report_file` for what is no whole JSON document. */
export async function readReportFile(path: string): Promise<Json> {
  const content = await contentOf(path);
  if (content.trim() === '') throw invalid(path, 'it is empty');
  try {
    return parseJson(content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(path, `it is not JSON, or was cut short (${safeText(reason)})`, cause);
  }
}

async function contentOf(path: string): Promise<string> {
  try {
    // Opening a FIFO may never end.
    const found = await stat(path);
    if (!found.isFile()) throw invalid(path, 'it is no regular file');
    if (found.size > MOST_BYTES) throw invalid(path, 'it is larger than any report');
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof TrueupError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(path, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : reason, cause);
  }
}

/** Replaces a page, or makes it. */
export async function writePageFile(path: string, html: string): Promise<void> {
  try {
    await writeOutputFile(path, html);
  } catch (cause) {
    const reason = safeText(unwritableReason(cause));
    throw new TrueupError('page_unwritable', `the page cannot be written to ${safeText(path)}: ${reason}`, {
      cause,
      fields: { path, errno: errnoOf(cause) },
      next: 'choose another file with `--html`, or `--html -` for standard output',
    });
  }
}

function invalid(path: string, reason: string, cause?: unknown): TrueupError {
  return new TrueupError('invalid_report_file', `${safeText(path)} cannot be read as a report: ${reason}`, {
    cause,
    fields: { path },
    next: 'name a report that is whole, or make it anew with `trueup plan`, `apply`, `drift` or `parity`',
  });
}
