/**
 * The fields that this engine carries, and what a change of each takes. The registry is the engine, so each of them is
 * read back as it was written; what is not in these tables is refused (refusals.ts) and not compared.
 */
import type { ResourceType } from '../../model/address.ts';
import type { Effect } from '../../model/change.ts';

export interface FieldRule {
  /** Names down to the field; `*` stands for any one name. What lies below follows the same rule. */
  readonly path: readonly string[];
  /** `content` and `run_state` depend on more than the field: see model.ts. */
  readonly effect: Effect | 'content' | 'run_state';
}

const SERVICE_FIELDS: readonly FieldRule[] = [
  // The command has to be started anew to know of it.
  { path: ['process', 'command'], effect: 'restart' },
  { path: ['process', 'cwd'], effect: 'restart' },
  { path: ['environment_variables'], effect: 'restart' },
  { path: ['networking', 'ports'], effect: 'restart' },
  { path: ['storage', 'volumes', '*', 'content'], effect: 'content' },
  { path: ['storage', 'volumes', '*', 'watch_content'], effect: 'in_place' },
  { path: ['storage', 'volumes'], effect: 'restart' },

  // Read by the shim, or by `stop`, at the moment when it matters.
  { path: ['process', 'restart'], effect: 'in_place' },
  { path: ['process', 'stop_signal'], effect: 'in_place' },
  { path: ['process', 'stop_grace_period'], effect: 'in_place' },

  // Kept for those who read it back: gates, order, status, and what may be removed.
  { path: ['type'], effect: 'in_place' },
  { path: ['role'], effect: 'in_place' },
  { path: ['health_check'], effect: 'in_place' },
  { path: ['dependencies'], effect: 'in_place' },
  { path: ['labels'], effect: 'in_place' },
  { path: ['protect'], effect: 'in_place' },
  { path: ['deletion_policy'], effect: 'in_place' },

  { path: ['run_state'], effect: 'run_state' },
];

const VOLUME_FIELDS: readonly FieldRule[] = [
  { path: ['labels'], effect: 'in_place' },
  { path: ['metadata', 'purpose'], effect: 'in_place' },
  { path: ['metadata', 'size_estimate_gb'], effect: 'in_place' },
  { path: ['protect'], effect: 'in_place' },
  { path: ['deletion_policy'], effect: 'in_place' },
];

/** The rules of a type, the first that fits counts; none for types that this engine does not have. */
export function fieldRules(type: ResourceType): readonly FieldRule[] {
  if (type === 'service') return SERVICE_FIELDS;
  return type === 'volume' ? VOLUME_FIELDS : [];
}

/** The rule for a field; of a group that has no rule of its own, the strongest rule in it. */
export function ruleFor(type: ResourceType, names: readonly string[]): FieldRule | null {
  const rules = fieldRules(type);
  const inside = rules.filter((rule) => covers(names, rule.path));
  return (
    rules.find((rule) => covers(rule.path, names)) ??
    inside.find((rule) => rule.effect === 'restart') ??
    inside[0] ??
    null
  );
}

function covers(path: readonly string[], names: readonly string[]): boolean {
  return path.length <= names.length && path.every((name, index) => name === '*' || name === names[index]);
}
