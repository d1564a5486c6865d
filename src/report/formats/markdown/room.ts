/**
 * Who gets the room of a comment. The most severe come first, whole as long as what follows keeps room to be named; once
 * one does not fit even in brief, all that follow are counted only.
 */

export interface Piece {
  readonly whole: string;
  readonly brief: string;
}

/** What is shown of each piece; `null` where it is only counted. Pieces come in the order of their claim. */
export function shareRoom(pieces: readonly Piece[], room: number): readonly (string | null)[] {
  let left = room;
  let named = pieces.reduce((sum, { brief }) => sum + sizeOf(brief), 0);
  const reserve = Math.floor(room / 3);
  let isFull = false;
  return pieces.map(({ whole, brief }) => {
    named -= sizeOf(brief);
    const fits = (text: string, kept: number): boolean => sizeOf(text) + kept <= left;
    const shown = isFull ? null : fits(whole, Math.min(named, reserve)) ? whole : fits(brief, 0) ? brief : null;
    if (shown === null) isFull = true;
    else left -= sizeOf(shown);
    return shown;
  });
}

/** In bytes of UTF-8, a line break included: the strictest of all ways to count, so it holds for each of them. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 1;
}
