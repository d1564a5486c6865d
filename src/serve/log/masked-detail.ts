/**
 * What is told of an environment, with known secrets taken out of every text that quotes what somebody else wrote. What a
 * run tells comes masked already. Pure.
 */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Failure } from '../../model/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ServeEventDetail } from '../../model/serve-event.ts';

type Mask = (text: string) => string;

export function maskedDetail(detail: ServeEventDetail, mask: Mask): ServeEventDetail {
  switch (detail.type) {
    case 'planned': {
      const { why, ...plain } = detail;
      if (why === undefined) return detail;
      return { ...plain, why: why.map((one) => ({ ...one, text: mask(one.text) })) };
    }
    case 'progress':
    case 'drift_found':
    case 'drift_over':
      return detail;
    case 'triggered':
    case 'state_changed':
    case 'frozen':
    case 'freeze_ended':
      return { ...detail, reason: mask(detail.reason) };
    case 'pass_started':
      return { ...detail, reasons: detail.reasons.map(mask) };
    case 'resource_changed':
      return { ...detail, reason: detail.reason === null ? null : mask(detail.reason) };
    case 'pass_ended': {
      const { failure, diagnostics } = detail;
      return {
        ...detail,
        failure: failure === null ? null : maskedFailure(failure, mask),
        diagnostics: diagnostics.map((one) => maskedDiagnostic(one, mask)),
      };
    }
    case 'quarantined':
    case 'quarantine_lifted':
    case 'orphaned':
    case 'declared_again':
      return { ...detail, why: mask(detail.why) };
    case 'source_lost':
    case 'source_back':
    case 'engine_lost':
    case 'engine_back':
      return maskedLoss(detail, mask);
    default:
      return detail satisfies never;
  }
}

function maskedLoss(detail: Extract<ServeEventDetail, { readonly what: string }>, mask: Mask): ServeEventDetail {
  const { why, next, cause } = detail;
  return {
    ...detail,
    why: mask(why),
    ...(typeof next === 'string' ? { next: mask(next) } : {}),
    ...(cause === undefined ? {} : { cause: mask(cause) }),
  };
}

function maskedFailure(failure: Failure, mask: Mask): Failure {
  const { message, fields, next } = failure;
  return {
    ...failure,
    message: mask(message),
    fields: maskedObject(fields, mask),
    next: next === null ? null : mask(next),
  };
}

function maskedDiagnostic(diagnostic: Diagnostic, mask: Mask): Diagnostic {
  const { summary, detail } = diagnostic;
  return { ...diagnostic, summary: mask(summary), detail: detail === null ? null : mask(detail) };
}

function maskedObject(object: JsonObject, mask: Mask): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, maskedJson(value, mask)]));
}

function maskedJson(value: Json, mask: Mask): Json {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item: Json) => maskedJson(item, mask));
  return isJsonObject(value) ? maskedObject(value, mask) : value;
}
