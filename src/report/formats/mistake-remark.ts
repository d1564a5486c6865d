/**
 * A mistake in the manifests of one of two revisions, with the revision that has it. Those of the earlier one stand in no
 * line that a reader of the later one has before him: their place is part of the text.
 */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { MistakenSide } from '../../model/failure.ts';
import { formatSource } from '../../model/source.ts';
import { revisionText } from '../words.ts';
import type { Remark } from './findings.ts';
import { diagnosticRemark } from './remarks.ts';

/** Masked before it is shortened. `side` is `null` where only one revision is in question. */
export function mistakeRemark(
  { summary, detail, ...rest }: Diagnostic,
  mask: (text: string) => string,
  side: MistakenSide | null,
): Remark {
  const masked = { ...rest, summary: mask(summary), detail: detail === null ? null : mask(detail) };
  if (side === null) return diagnosticRemark(masked);
  const { revision, isShown } = side;
  const place = rest.source === null || isShown ? '' : ` ${mask(formatSource(rest.source))}`;
  const told = `at ${revisionText(revision)}${place}: ${masked.summary}`;
  return diagnosticRemark({ ...masked, summary: told, source: isShown ? rest.source : null });
}
