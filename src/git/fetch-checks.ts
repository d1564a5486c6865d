/**
 * What git holds objects to as they come in, of every commit of a history. Trees that git itself would never write are
 * refused: their names walk past whoever reads them by path. Carelessness of old programs (dates, names of people, modes
 * with a zero in front), and what only says how submodules are set up, is in many honest histories and means nothing here.
 */
import { TrueupError } from '../model/failure.ts';
import { type GitResult, ownWords } from './run-git.ts';

/** A git that does not know one of them says so and goes on. */
const REFUSED: readonly string[] = [
  'badTree',
  'duplicateEntries',
  'emptyName',
  'fullPathname',
  'gitmodulesSymlink',
  'hasDot',
  'hasDotdot',
  'hasDotgit',
  'nullSha1',
  'treeNotSorted',
];

const MEANS_NOTHING: readonly string[] = [
  'badDate',
  'badDateOverflow',
  'badEmail',
  'badFilemode',
  'badName',
  'badTagName',
  'badTimezone',
  'gitattributesBlob',
  'gitattributesLarge',
  'gitattributesLineLength',
  'gitattributesMissing',
  'gitmodulesBlob',
  'gitmodulesLarge',
  'gitmodulesMissing',
  'gitmodulesName',
  'gitmodulesParse',
  'gitmodulesPath',
  'gitmodulesUpdate',
  'gitmodulesUrl',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'missingTaggerEntry',
  'multipleAuthors',
  'nulInCommit',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
];

/** Stands before `fetch`. */
export const FETCH_CHECKS: readonly string[] = [
  'fetch.fsckObjects=true',
  'transfer.fsckObjects=true',
  ...REFUSED.map((id) => `fetch.fsck.${id}=error`),
  ...MEANS_NOTHING.map((id) => `fetch.fsck.${id}=ignore`),
].flatMap((pair) => ['-c', pair]);

/** What of a remote was refused as it came in, of which nothing stays; `null` where that is not why a fetch failed. */
export function refusedObject(where: string, { stderr }: Pick<GitResult, 'stderr'>): TrueupError | null {
  const said = ownWords(stderr);
  const [, object = '', problem = '', why = ''] = /^error: object ([0-9a-f]{40,64}): (\w+): (.*)$/m.exec(said) ?? [];
  if (object === '' || !/fsck error/.test(said)) return null;
  const message = `${where} is refused: the object ${object.slice(0, 12)} of its history ${words(why)}`;
  return new TrueupError('commit_refused', message, {
    fields: { reason: 'bad_object', url: where, object, problem },
    next: 'have it taken out of the history; what was read last stays',
  });
}

/** As what follows the name of an object. */
function words(why: string): string {
  if (/^(contains|has|is) /.test(why)) return why;
  return why.startsWith('not ') ? `is ${why}` : `is not as git writes it (${why})`;
}
