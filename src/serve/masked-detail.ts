/**
 * What is told of an environment, with known secrets taken out of every text that quotes what somebody else wrote. What a
 * run tells comes masked already. Pure.
 */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Failure } from '../model/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ServeEventDetail } from '../model/serve-event.ts';

type Mask = (text: string) => string;

export function maskedDetail(detail: ServeEventDetail, mask: Mask): ServeEventDetail {
  switch (detail.type) {
    case 'planned':
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
    case 'source_lost':
    case 'source_back':
    case 'engine_lost':
    case 'engine_back':
      return { ...detail, why: mask(detail.why) };
    default:
      return detail satisfies never;
  }
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
