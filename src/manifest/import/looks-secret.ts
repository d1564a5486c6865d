/** Which environment variables look like secrets. Rather one too many: a secret that stands in git is one no more. */

/** Parts of names, whole between separators or cases. */
const NAMES: readonly RegExp[] = [
  /passw(or)?d/,
  /passphrase/,
  /(^|_)(pass|pwd|pw)(_|$)/,
  /secret/,
  /token/,
  /credential/,
  /(^|_)creds?(_|$)/,
  /(^|_)(api|access|private|signing|encryption|secret)?keys?(_|$)/,
  /(^|_)(salt|pepper|jwt|hmac|otp|pin)(_|$)/,
  /cookie/,
  /(^|_)(dsn|webhook_url)$/,
  /(^|_)auth(entication|orization)?$/,
];

/** What a name of a secret may end in where its value is none: where it stands, how long it lives. */
const ABOUT = /_(file|path|dir|ttl|expiry|expires|length|size|id|name|url|uri|host|port|type|enabled|algorithm)$/;

/** Values that give themselves away whatever their name. */
const VALUES: readonly RegExp[] = [
  // Credentials in a URL, also in the middle of a text.
  /[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i,
  /[?&](password|passwd|pwd|token|secret|api_?key|access_?key|sig)=[^&\s]/i,
  /(^|[;,\s])(password|pwd)\s*=\s*[^;\s]/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(gh[pousr]_|github_pat_|glpat-|xox[abposr]-|sk-|sk_live_|rk_live_|AKIA|ASIA|AIza|eyJ[A-Za-z0-9_-]+\.)/,
];

/** Words that are no secret in any place. */
const HARMLESS = /^(true|false|yes|no|on|off|none|null|\d{1,3})$/i;

export function looksSecret(name: string, value: string): boolean {
  if (value === '') return false;
  if (VALUES.some((pattern) => pattern.test(value))) return true;
  if (HARMLESS.test(value)) return false;
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.-]/g, '_')
    .toLowerCase();
  return !ABOUT.test(words) && NAMES.some((pattern) => pattern.test(words));
}
