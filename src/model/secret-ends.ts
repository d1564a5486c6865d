/**
 * Which words of a command are secret, or end in something that is: by the option in front, by the name that a word sets, and by
 * what well-known programs take in options of one letter. What is secret reaches to the end of its word, whatever stands in it.
 */
import { tellsWithin } from './looks-secret.ts';
import { isReference } from './secret-shapes.ts';
import { withoutQuotes } from './shell-commands.ts';

/** The end of a word. */
export interface SecretEnd {
  readonly name: string;
  readonly start: number;
  readonly value: string;
}

/** `--requirepass`, `-token`. */
const OPTION = /^--?([A-Za-z][\w.-]{1,60})$/;
/** What is an option itself, and no value of the one in front of it. */
const ANOTHER = /^-([A-Za-z]|-[a-z][a-z_-]*(=.*)?)?$/s;
/** `--password=x`, `-Ddb.password=x`, `PASSWORD=x`. */
const SETTING = /^(-{0,2}[A-Za-z_][\w.-]{1,80})=(.+)$/s;
const USER_OPTION = /^(-u|--(proxy-)?user)$/;
/** `--user=me:x` has its option with it. */
const USER = /^((?:-u|--(?:proxy-)?user)=)?["']?[^\s"':]{1,200}:(?!\/\/)(.+)$/s;
/** Those of a user and a group. */
const IDS = /^\d+:\d+$/;

/** A program that takes a password in an option of one letter, in the same word or in the next. */
interface Client {
  readonly program: RegExp;
  readonly option: string;
  readonly places: 'same' | 'next' | 'both';
}

const CLIENTS: readonly Client[] = [
  { program: /^(mysql|mariadb)[a-z-]*$/, option: '-p', places: 'same' },
  { program: /^sshpass$/, option: '-p', places: 'both' },
  { program: /^redis-cli$/, option: '-a', places: 'next' },
  { program: /^mongo(sh|dump|restore|export|import|stat|top|files)?$/, option: '-p', places: 'both' },
  { program: /^(sqlcmd|bcp)$/, option: '-P', places: 'both' },
];
const LONGEST_PROGRAM = 40;

/** For each of the words, `null` where none of it is secret as far as the words around it tell. */
export function secretEnds(words: readonly string[]): readonly (SecretEnd | null)[] {
  const clients = new Set<Client>();
  return words.map((word, index) => {
    const before = words[index - 1] ?? '';
    const end =
      behindOption(before, word) ??
      setting(word) ??
      userAndPassword(before, word) ??
      ofClients(clients, before, word) ??
      ofAlias(words, index);
    const client = clientCalled(word);
    if (client !== null) clients.add(client);
    return end;
  });
}

/** With or without the folder in which it is. */
function clientCalled(word: string): Client | null {
  const program = word.slice(-LONGEST_PROGRAM).replace(/^.*\//s, '');
  return CLIENTS.find((client) => client.program.test(program)) ?? null;
}

function behindOption(before: string, word: string): SecretEnd | null {
  const name = OPTION.exec(before)?.[1];
  if (name === undefined || ANOTHER.test(word) || !tellsWithin(name, word)) return null;
  return { name, start: 0, value: word };
}

function setting(word: string): SecretEnd | null {
  if (!word.includes('=')) return null;
  const [, name = '', set = ''] = SETTING.exec(word) ?? [];
  if (!name.startsWith('-') && isList(word)) return null;
  const value = withoutQuotes(set);
  if (!tellsWithin(name, value)) return null;
  return { name, start: word.length - set.length + (value === set ? 0 : 1), value };
}

/** Of settings, as in a connection string: each of them has its own end. */
function isList(word: string): boolean {
  return /;\s*([\w .-]{2,60}=|$)/.test(word);
}

function userAndPassword(before: string, word: string): SecretEnd | null {
  if (!word.includes(':')) return null;
  const [, option, value = ''] = USER.exec(word) ?? [];
  if ((option === undefined && !USER_OPTION.test(before)) || IDS.test(word.slice(option?.length ?? 0))) return null;
  return passwordAtEnd(word, option === undefined ? value : value.replace(/["']$/, ''), value.length);
}

function ofClients(clients: ReadonlySet<Client>, before: string, word: string): SecretEnd | null {
  for (const { option, places } of clients) {
    if (places !== 'same' && before === option && !ANOTHER.test(word)) return passwordAtEnd(word, word);
    if (places !== 'next' && word.startsWith(option) && !word.startsWith('--')) {
      const behind = word.slice(option.length);
      const value = withoutQuotes(behind);
      return passwordAtEnd(word, value, behind.length - (value === behind ? 0 : 1));
    }
  }
  return null;
}

/** `mc alias set NAME URL USER PASSWORD`. */
function ofAlias(words: readonly string[], index: number): SecretEnd | null {
  if (words[index - 4] !== 'set' || words[index - 5] !== 'alias') return null;
  return /(^|\/)mc$/.test((words[index - 6] ?? '').slice(-LONGEST_PROGRAM)) ? passwordAtEnd(words[index] ?? '') : null;
}

function passwordAtEnd(word: string, value: string = word, length: number = value.length): SecretEnd | null {
  return value === '' || isReference(value) ? null : { name: 'password', start: word.length - length, value };
}
