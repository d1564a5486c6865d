/** Signals as engines and images name them: `SIGTERM`, `TERM` and `15` are one. Numbers are Linux's, for so are containers. */

/** By number, from 1 on. */
const NAMES: readonly string[] = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG ' +
  'XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

/** The C library's first and last of the signals that have no meaning of their own. */
const REALTIME_FIRST = 34;
const REALTIME_LAST = 64;

const REALTIME = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/;

/** The number of a signal; `null` where Linux has none of this name. */
export function signalNumber(text: string): number | null {
  const name = text.trim().toUpperCase().replace(/^SIG/, '');
  if (/^\d{1,2}$/.test(name)) return isSignal(Number(name)) ? Number(name) : null;
  const known = NAMES.indexOf(name);
  if (known !== -1) return known + 1;
  const match = REALTIME.exec(name);
  if (match === null) return null;
  const distance = Number(match[3] ?? 0) * (match[2] === '-' ? -1 : 1);
  const number = (match[1] === 'MIN' ? REALTIME_FIRST : REALTIME_LAST) + distance;
  return number >= REALTIME_FIRST && number <= REALTIME_LAST ? number : null;
}

/** As manifests write it. */
export function signalName(text: string): string {
  const number = signalNumber(text);
  if (number === null) return text;
  const name = NAMES[number - 1];
  if (name !== undefined) return `SIG${name}`;
  const distance = number - REALTIME_FIRST;
  return distance === 0 ? 'SIGRTMIN' : `SIGRTMIN+${distance}`;
}

export function sameSignal(left: string, right: string): boolean {
  const number = signalNumber(left);
  return number !== null && number === signalNumber(right);
}

function isSignal(number: number): boolean {
  return (number > 0 && number <= NAMES.length) || (number >= REALTIME_FIRST && number <= REALTIME_LAST);
}
