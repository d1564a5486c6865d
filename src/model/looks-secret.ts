/**
 * Which texts look like secrets, by the name that they have or by themselves. Rather one too many: a secret that stands in git
 * is one no more. Whoever made them told nobody, so that this is for what carries no word of ours alone.
 */
import { assignmentsIn } from './named-parts.ts';
import { hasSecretShape, isReference, isScheme } from './secret-shapes.ts';

/** Names are words in lower case with `_` between them. Secrets whatever their value: a weak password is one. */
const PASSWORDS: readonly RegExp[] = [
  /(password|passwd|passphrase)s?\d*$/,
  /(^|_)(pass|pwd|pw)\d*$/,
  /[a-z]{2}(pass|pwd)\d*$/,
  /(^|_)secret_?id$/,
];

/** Words that end like one. */
const NO_PASSWORDS = /(com|by|tres|sur|over|under)pass$|^(old|init_)?pwd$/;

/** Secrets unless their value is a switch, a number, a place or public. */
const SECRETS: readonly RegExp[] = [
  /passw(or)?d|passphrase/,
  /(^|_)(pass|pwd|pw)_(?!through)/,
  /secret/,
  /token(?!i[sz])/,
  /credential/,
  /(^|_)creds?(_|\d*$)/,
  /(^|_|[a-z])keys?\d*$/,
  /(^|_)(api|access|account|private|priv|signing|encryption|master|ssh|deploy|licen[cs]e)_?keys?_/,
  /(^|_)(salt|pepper|jwt|hmac|otp|pin|bearer|mnemonic|seed_phrase|cookie|sig)$/,
  /(^|_)(basic_?)?auth(_users?|entication|orization)?$/,
  /[a-z]{4}auth$/,
];

/** Keys that are no secrets: of a map, of a table, on a board, in a zoo. */
const NO_KEYS =
  /(^|_)(public|publishable|pub|authorized|known|cache|primary|sort|partition|foreign|routing|hot|row|shard|index)_?(api_?)?keys?\d*$|^(next_|nuxt_|gatsby_)?public_.*keys?$|(mon|tur|don|hoc|joc|whis|lac|mic)keys?$/;

/** What a name of a secret may end in where its value is none: where it stands, how long it lives, how many there are. */
const ABOUT =
  /(file|path|dir|folder|directory)$|_(ttl|exp|expiry|expires|expiration|lifetime|timeout|age|in|ms|seconds|minutes|hours|days|interval|length|len|size|bits|rounds|iterations|count|limit|min|max|rate|window|id|ids|name|names|user|username|email|role|url|uri|endpoint|host|hostname|addr|address|domain|port|server|service|provider|backend|driver|store|storage|type|kind|mode|method|format|encoding|encryption|version|algorithm|alg|algo|class|strategy|policy|level|scope|scopes|issuer|audience|header|prefix|suffix|field|column|pattern|regex|hint|label|enabled|disabled|required|allowed|rotation|secure|samesite|httponly|parallelism|location|region|sock|socket)$/;

/** A part of a name that asks for yes or no. */
const SWITCHES =
  /(^|_)(allow|random|enable|disable|require|use|skip|show|hide|no|is|has|with|generate|force|accept|empty|validate|check)(_|$)/;
const COUNTS = /(^|_)(max|min|num|n|total|count|per|limit)(_|$)/;

/** Words that are no secret where a name does not insist. */
const HARMLESS = /^(true|false|yes|no|on|off|none|null|auto|default|enabled|disabled|\d{1,3})$/i;
const SWITCH = /^(true|false|yes|no|on|off|0|1)$/i;

/** Where something stands. A key in base64 may begin with a slash, too; no file ends as one does, or lies in such a folder. */
const PLACE =
  /^(~|\.{1,2})?\/((etc|run|var|home|root|usr|opt|srv|mnt|app|data|tmp|certs?|config|secrets?|keys?|ssl|tls)(\/[\w.@ -]+)*\/?|[\w.@/ -]*\.[a-z]{2,5})$/;

const PUBLIC =
  /^(ssh-\w+|ecdsa-\S+|sk-ssh-\S+) AAAA|^-----BEGIN ([A-Z0-9]+ )?(PUBLIC KEY|CERTIFICATE)-----|^age1[a-z0-9]{50}/;

export function looksSecret(name: string, value: string): boolean {
  if (value === '') return false;
  if (hasSecretShape(value)) return true;
  if (nameTells(wordsOf(name), value)) return true;
  return assignmentsIn(value).some((one) => tellsWithin(one.name, one.value));
}

/** Of a setting in the middle of a text: `--password=x`, `?token=x`, `AccountKey=x;`, `{"password": "x"}`. */
export function tellsWithin(name: string, value: string): boolean {
  const words = wordsOf(name);
  if (value === '' || isReference(value) || isScheme(value)) return false;
  if (/^keys?$/.test(words) && value.length < LONG) return false;
  return nameTells(words, value);
}

function nameTells(name: string, value: string): boolean {
  if (SWITCHES.test(name) && SWITCH.test(value)) return false;
  if (PASSWORDS.some((pattern) => pattern.test(name)) && !NO_PASSWORDS.test(name)) return true;
  if (HARMLESS.test(value) || PLACE.test(value) || PUBLIC.test(value)) return false;
  if (COUNTS.test(name) && /^\d+$/.test(value)) return false;
  if (/(^|_)webhooks?(_ur[li])?$/.test(name)) return /\/\/[^/\s]+\/\S/.test(value);
  if (/(^|_)(dsn|connection_?string)$/.test(name)) return value.includes('@');
  if (/licen[cs]e$/.test(name)) return /^[^\s/]{16,}$/.test(value);
  return !ABOUT.test(name) && !NO_KEYS.test(name) && !NO_PASSWORDS.test(name) && SECRETS.some((one) => one.test(name));
}

/** `key=value` is said of everything; this is no word. */
const LONG = 16;

function wordsOf(name: string): string {
  return name
    .slice(-LONGEST_NAME)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}

/** What a name is about stands at its end. */
const LONGEST_NAME = 200;
