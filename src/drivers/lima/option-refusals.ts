/** Raw keys that Lima does not have, or that trueup has a field for: Lima itself would only warn, or take the last one. */
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Unsupported } from '../driver.ts';
import { FIELD_KEYS, keysBeside, unknownKeys } from './template/keys.ts';
import { membersOf } from './template/write.ts';

const OPTIONS = 'driver_options';

/** Templates are read from where nobody sees them. */
const EMBEDDING = 'base';

export function optionRefusals(config: JsonObject): readonly Unsupported[] {
  const options = membersOf(config[OPTIONS]);
  return unknownKeys(options).map((way) => {
    const path = fieldPath(OPTIONS, ...way);
    const [key = ''] = way;
    const field = way.length === 1 ? FIELD_KEYS[key] : undefined;
    if (field !== undefined) return refuse(path, `"${key}" has a field of its own`, `declare \`${field}\``);
    if (key === EMBEDDING) {
      const detail = '`limactl template copy --embed-all` writes out what it stands for';
      return refuse(path, 'a template cannot rest on another one here', detail);
    }
    return refuse(path, `Lima has no key "${way.join('.')}"`, nearest(way));
  });
}

function nearest(way: readonly string[]): string {
  const wrong = way.at(-1) ?? '';
  const beside = keysBeside(way);
  const meant = beside.find((key) => key.toLowerCase() === wrong.toLowerCase());
  return meant === undefined ? `there are ${beside.join(', ')}` : `did you mean \`${meant}\`?`;
}

function refuse(path: FieldPath, summary: string, detail: string): Unsupported {
  return { field_path: path, summary, detail };
}
