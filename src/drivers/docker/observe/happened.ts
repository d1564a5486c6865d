/** The engine writes the year 1 where something has never happened, and some leave the text empty. */
export function happened(time: string): boolean {
  return time !== '' && !time.startsWith('0001-01-01');
}
