/** `severities` of trueup.yaml: rules about fields that there are. Which resources there are differs by environment. */
import { parseQualifiedAddress, typeOf } from '../model/address.ts';
import { type FieldPattern, parseFieldPattern } from '../model/field-pattern.ts';
import type { SeverityRule as Declared } from '../model/generated/settings.ts';
import type { SeverityRule } from '../model/severity-rule.ts';
import { unknownField } from './field-names.ts';
import type { Reporter } from './reporter.ts';

/** In their order; what has mistakes is left out. */
export function severityRules(declared: readonly Declared[], reporter: Reporter): readonly SeverityRule[] {
  return declared.flatMap((rule, index) => severityRule(rule, ['severities', String(index)], reporter) ?? []);
}

function severityRule(
  { type, address, field_path, severity, impact }: Declared,
  path: readonly string[],
  reporter: Reporter,
): SeverityRule | null {
  const qualified = address === undefined ? null : parseQualifiedAddress(address);
  const typeOfAddress = qualified === null ? null : typeOf(qualified.address);
  if (type !== undefined && typeOfAddress !== null && type !== typeOfAddress) {
    const summary = `${address ?? ''} is a ${typeOfAddress}, not a ${type}`;
    reporter.error('invalid_settings', [...path, 'type'], summary, 'leave the type out: the address says it');
    return null;
  }
  const fields = fieldsOf(field_path, type ?? typeOfAddress, [...path, 'field_path'], reporter);
  if (fields === null) return null;
  return {
    environment: qualified?.environment ?? null,
    address: qualified?.address ?? null,
    type: type ?? null,
    fields,
    severity,
    impact: impact ?? null,
  };
}

function fieldsOf(
  text: string,
  type: Parameters<typeof unknownField>[1],
  path: readonly string[],
  reporter: Reporter,
): FieldPattern | null {
  const fields = parseFieldPattern(text);
  if (fields === null) {
    const detail = "write such as `$.labels`, `$.networking.ports.*.host_ip` or `$.labels['com.example.build']`";
    reporter.error('invalid_settings', path, `${JSON.stringify(text)} is no path of names`, detail);
    return null;
  }
  const unknown = unknownField(fields, type);
  if (unknown === null) return fields;
  const { name, known } = unknown;
  const otherwise = known.length === 0 ? 'nothing lies below that' : `fields: ${known.join(', ')}`;
  const summary = `${type === null ? 'no resource' : `no ${type}`} has a field "${name}" there`;
  reporter.error('invalid_settings', path, summary, reporter.suggestion(name, known, otherwise));
  return null;
}
