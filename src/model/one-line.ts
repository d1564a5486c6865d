/** What moves a cursor, begins a line or turns text around. Characters that only join others, as emoji do, are none of it. */
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** Whether a text that somebody gives as a reason reads as one line wherever it is shown. */
export function isOneLine(text: string): boolean {
  return !UNSHOWN.test(text);
}
