/** Which words are addresses or names of hosts: by their last label, so that names of files, versions and packages are none. Pure. */

/** Names that stand for no place in the public tree (RFC 2606, 6761, 6762, 8375), and what people use like them. */
const PRIVATE = wordsOf('localhost local localdomain internal test example invalid lan home corp arpa');
const PUBLIC = wordsOf('com net org io dev app cloud ai co info biz tech run site online');
/** Endings of files that are codes of countries, too. */
const FILE_ENDINGS = wordsOf('cc cs db go gz hs js kt md ml pl ps py rb rs sh so ts vb xz');

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:]*(?:\d{1,3}(?:\.\d{1,3}){3})?$/i;

/** No address is longer. */
const LONGEST_ADDRESS = 45;

export function isIpAddress(word: string): boolean {
  if (word.length > LONGEST_ADDRESS) return false;
  if (IPV4.test(word)) return true;
  // A time of the day has colons, too.
  return IPV6.test(word) && (word.includes('::') || word.split(':').length === 8);
}

/** Whoever says it means itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isIpAddress(host));
}

/** Who listens there listens at every address that it has. */
export function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

export function isHostName(word: string): boolean {
  if (isIpAddress(word)) return true;
  const labels = word.toLowerCase().split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length === 1) return last === 'localhost';
  if (PRIVATE.has(last) || PUBLIC.has(last)) return true;
  // With fewer labels it may as well be the name of a file.
  return labels.length > 2 && /^[a-z]{2}$/.test(last) && !FILE_ENDINGS.has(last);
}

function wordsOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
