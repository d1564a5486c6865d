/** Raw keys that only count while a machine is made: another value later is taken and ignored, or breaks what is on the disk. */
import { type Json, type JsonObject, member } from '../../../model/json.ts';
import { membersOf } from './write.ts';

const FIXED = ['vmType', 'os', 'plain'] as const;
const FIXED_OF_USER = ['name', 'uid', 'home'] as const;

/** `names` is the way within the raw keys; without one, whether anything in the values is fixed. */
export function isFixed(names: readonly string[], values: readonly Json[]): boolean {
  const [key = '', inner = ''] = names;
  if (key === '') return values.some((value) => Object.keys(fixedPart(membersOf(value))).length > 0);
  if (key !== 'user') return FIXED.some((name) => name === key);
  if (inner !== '') return FIXED_OF_USER.some((name) => name === inner);
  return values.some((value) => FIXED_OF_USER.some((name) => member(value, name) !== null));
}

export function fixedPart(options: JsonObject): JsonObject {
  const own = FIXED.filter((name) => Object.hasOwn(options, name));
  const user = membersOf(options['user']);
  const ofUser = FIXED_OF_USER.filter((name) => Object.hasOwn(user, name));
  return {
    ...Object.fromEntries(own.map((name) => [name, options[name] ?? null])),
    ...(ofUser.length === 0 ? {} : { user: Object.fromEntries(ofUser.map((name) => [name, user[name] ?? null])) }),
  };
}

export function otherPart(options: JsonObject): JsonObject {
  const user = Object.entries(membersOf(options['user'])).filter(
    ([name]) => !FIXED_OF_USER.some((own) => own === name),
  );
  const others = Object.entries(options).filter(([name]) => name !== 'user' && !FIXED.some((own) => own === name));
  return { ...Object.fromEntries(others), ...(user.length === 0 ? {} : { user: Object.fromEntries(user) }) };
}

/** What Lima takes where nobody says. The home of a user hangs on the name. */
export function fixedDefaults(usual: JsonObject, fallback: JsonObject): JsonObject {
  const [plain, hanging] = [fixedPart(usual), fixedPart(fallback)];
  const name = member(plain['user'], 'name');
  return { ...plain, user: { ...membersOf(hanging['user']), ...(name === null ? {} : { name }) } };
}

/** Both halves of raw keys in one again. */
export function joined(others: JsonObject, fixed: JsonObject): JsonObject {
  const user = { ...membersOf(others['user']), ...membersOf(fixed['user']) };
  return { ...others, ...fixed, ...(Object.keys(user).length === 0 ? {} : { user }) };
}
