/** Severity rules: how much a difference matters, and what it means while it is there. What is not said holds for all. */
import type { Address, ResourceType } from './address.ts';
import type { Severity } from './change.ts';
import type { FieldPattern } from './field-pattern.ts';

export interface SeverityRule {
  readonly environment: string | null;
  readonly address: Address | null;
  readonly type: ResourceType | null;
  readonly fields: FieldPattern;
  readonly severity: Severity;
  /** For people; `null` leaves it to the built-in table. */
  readonly impact: string | null;
}
