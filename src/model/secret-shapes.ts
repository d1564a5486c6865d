/**
 * Texts that give themselves away as secrets whatever they are called. Every pattern takes time in proportion to the text: such
 * texts come from strangers, and may be as long as an engine allows.
 */
import type { NamedPart } from './named-parts.ts';

/** Tokens that say by their beginning whose they are. */
const TOKENS =
  /(?<![A-Za-z0-9_-])(gh[pousr]_\w{16}|github_pat_\w{16}|glpat-[\w-]{16}|xox[abposr]-[\w-]{10}|[sr]k_(live|test)_\w{10}|whsec_\w{16}|sk-(?=[\w-]{0,60}\d)[\w-]{16}|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{30}|eyJ[\w-]{8,}\.[\w-]{8}|npm_\w{30}|dckr_pat_\w{16}|hf_[A-Za-z0-9]{30}|SG\.[\w-]{16,64}\.[\w-]{16}|hv[sb]\.[\w-]{20}|dop_v1_[0-9a-f]{40}|shp(at|ca|pa|ss)_[0-9a-f]{32}|ya29\.[\w-]{20}|AGE-SECRET-KEY-1\w{20})/;

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/;

/** A URL that is all that anybody needs to post as somebody. */
const HOOKS =
  /\/\/(hooks\.slack\.com\/(services|workflows)\/|discord(app)?\.com\/api\/webhooks\/|[a-z0-9.-]{1,80}\.webhook\.office\.com\/|api\.telegram\.org\/bot\d)/i;

/** User and password in front of a host. */
const CREDENTIALS = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:]*:([^\s/?#]+)@/gi;

/** A password with what ends a host's name in it. What begins with a port is a place; the end of what is none is not looked for. */
const CREDENTIALS_WITH_SLASH =
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:["']*:(?!\d{1,5}[/?#])([^\s/?#@"',]{0,200}[/?#][^\s@"',<>]{0,200})@/gi;

/** A token in place of a user. */
const TOKEN_AS_USER = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/(?=[^\s/?#@:]*\d)[^\s/?#@:]{20,}@/i;

/** What proves who somebody is, behind the word that says how. */
const PROOF = /(?<![A-Za-z0-9])(bearer|basic)\s{1,4}([\w.~+/=-]{4,})/gi;

/** What stands in front of a proof in a header. */
const SCHEME = 'bearer|basic|digest|token|api-?key|key|negotiate|splunk|bot|sso-key';
const SCHEMES = new RegExp(`^(${SCHEME})$`, 'i');
/** Nothing but a proof stands there. */
const AUTHORIZATION = new RegExp(
  `(?<![A-Za-z0-9])authorization\\\\?["']?\\s{0,4}[:=]\\s{0,4}\\\\?["']?(?:${SCHEME})\\s{1,4}([^\\s"'\\\\]{4,})`,
  'gi',
);

/** What says where a secret is, and is none: a variable, what a template fills in, stars. */
const REFERENCE = /^(\$[A-Z_][A-Z0-9_]*\b|\$\$?[{(]|\$\$[A-Z_]|`|\{\{|%\w+%|%\{|<[A-Za-z]|\*{3,}$|x{3,}$)/;

export function hasSecretShape(text: string): boolean {
  return (
    [TOKENS, PRIVATE_KEY, HOOKS, TOKEN_AS_USER].some((pattern) => pattern.test(text)) ||
    credentialsIn(text).next().done === false ||
    proofsIn(text).next().done === false
  );
}

/** `Bearer`, and not what stands behind it. */
export function isScheme(text: string): boolean {
  return SCHEMES.test(text);
}

export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** `Bearer x` and `Basic x`, as they stand in headers. */
export function* proofsIn(text: string): Generator<NamedPart> {
  for (const { 0: whole, 1: value = '', index } of text.matchAll(AUTHORIZATION)) {
    if (!isReference(value)) yield { name: 'authorization', value, start: index + whole.length - value.length };
  }
  for (const { 0: whole, 1: scheme = '', 2: value = '', index } of text.matchAll(PROOF)) {
    const isProof = scheme.toLowerCase() === 'basic' ? isUserAndPassword(value) : isToken(value);
    if (isProof) yield { name: 'authorization', value, start: index + whole.length - value.length };
  }
}

/** Not the word that happens to follow. */
function isToken(value: string): boolean {
  return value.length >= 8 && /\d/.test(value);
}

function isUserAndPassword(encoded: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(decoded(encoded));
}

function decoded(encoded: string): string {
  try {
    return atob(encoded);
  } catch {
    return '';
  }
}

/** Passwords of URLs. */
export function* credentialsIn(text: string): Generator<NamedPart> {
  for (const pattern of [CREDENTIALS, CREDENTIALS_WITH_SLASH]) {
    for (const { 0: whole, 1: value = '', index } of text.matchAll(pattern)) {
      if (!isReference(value)) yield { name: 'password', value, start: index + whole.length - 1 - value.length };
    }
  }
}
