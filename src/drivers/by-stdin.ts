/**
 * Commands that go somewhere else by the words of a program on this machine: everybody here can read those, and health tests hold
 * secrets. So the words only tell a shell over there to read on its input what it is to run; what runs has no input of its own.
 */

/** For `sh`; nothing in it means anything to another shell that passes it on. */
const READ_AND_RUN = 'command=$(cat); exec </dev/null; eval "$command"';

/** The words that run `shellText` where it stands on their input. */
export const BY_STDIN: readonly string[] = ['/bin/sh', '-c', READ_AND_RUN];

/** A command as one text for a shell, with variables of its own. */
export function shellText(command: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuoted(value)}; `);
  return [...variables, command.map(shellQuoted).join(' ')].join('');
}

export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) && !/^\w+=/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
