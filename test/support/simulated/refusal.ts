/** What the simulated engine answers when it will not do something: the error of its protocol, which the driver translates. */
import type { JsonObject } from '../../../src/model/json.ts';

export type RefusalReason = 'not_found' | 'name_taken' | 'in_use' | 'port_taken' | 'wrong_state';

export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  readonly reason: RefusalReason;
  readonly fields: JsonObject;

  constructor(reason: RefusalReason, message: string, fields: JsonObject = {}) {
    super(message);
    this.reason = reason;
    this.fields = fields;
  }
}
