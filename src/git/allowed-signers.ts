/** The allowed signers of SSH, line by line: `principals [options] key-type key`. */

/** The lines that hold at a moment; what cannot be read as a time does not. Pure. */
export function signersValidAt(text: string, now: Date): string {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line) && isValid(line, now));
  return lines.map((line) => `${line}\n`).join('');
}

function isValid(line: string, now: Date): boolean {
  const after = boundOf(line, 'valid-after');
  const before = boundOf(line, 'valid-before');
  return (after === null || after <= now.getTime()) && (before === null || now.getTime() < before);
}

/** `null` without this bound; NaN, with which nothing compares, where it cannot be read. */
function boundOf(line: string, name: string): number | null {
  const found = new RegExp(`${name}\\s*=\\s*"?([^",\\s]*)`, 'i').exec(line);
  if (found === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/i.exec(found[1] ?? '') ?? [];
  // Without a Z it is local time, as for ssh-keygen.
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
}
