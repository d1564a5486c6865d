/**
 * Blame: who wrote given lines of files of the working tree last. One git call for each file, about the lines that are asked
 * for alone; nothing is written, and no program that a repo configures is run on what is read. That git cannot say is an
 * answer too: whoever asks has something to show without it.
 */
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Blame } from '../model/explanation.ts';
import { TrueupError } from '../model/failure.ts';
import type { SourceRange } from '../model/source.ts';
import { type BlamedCommit, parseBlame } from './blame-output.ts';
import { commitDate } from './commit-date.ts';
import { commonFolder } from './common-folder.ts';
import { type Git, gitIn } from './git.ts';

export interface Blamer {
  /** Whoever wrote any of the lines of a range last. */
  newest(source: SourceRange): Blame;
  /** Of each of its lines, whoever wrote it. */
  each(source: SourceRange): readonly Blame[];
}

const OPTIONS: readonly string[] = ['--porcelain', '--no-textconv', '--no-progress'];

/** `root`: of the repo, absolute. Files that git does not know are an answer; only an abort is thrown. */
export async function blame(root: string, sources: readonly SourceRange[], signal: AbortSignal): Promise<Blamer> {
  const byFile = Map.groupBy(sources, ({ file }) => file);
  const files = await Promise.all(
    [...byFile].map(async ([file, own]) => [file, await blameFile(resolve(root, file), own, signal)] as const),
  );
  const known = new Map(files);
  const blamed = (source: SourceRange): Blamed => {
    const lines = known.get(source.file);
    if (lines === undefined) return instead(unknown('it was not asked for'));
    return lines instanceof Map ? linesIn(lines, source) : instead(lines.instead);
  };
  return {
    newest: (source) => newest(blamed(source)),
    each: (source) => blamed(source).map((line) => line.blame),
  };
}

type Lines = ReadonlyMap<number, BlamedLine>;

interface BlamedLine {
  readonly committerTime: number;
  readonly blame: Blame;
}

/** The lines of a range, or one in place of all of them. */
type Blamed = readonly [BlamedLine, ...BlamedLine[]];

/** What is said of every line where no line can be told from another. */
interface Instead {
  readonly instead: Blame;
}

async function blameFile(
  path: string,
  sources: readonly SourceRange[],
  signal: AbortSignal,
): Promise<Map<number, BlamedLine> | Instead> {
  try {
    // A link leads to what was read; a submodule is a repo of its own.
    const real = await realpath(path);
    const git = await gitIn(dirname(real), signal);
    const ranges = rangesOf(sources).map(([first, last]) => `-L${first},${last}`);
    const [output, firstHere] = await Promise.all([
      git('blame', ...OPTIONS, ...ranges, '--', basename(real)),
      shallowCommits(git),
    ]);
    return new Map([...parseBlame(output)].map(([line, commit]) => [line, blamedLine(commit, firstHere)]));
  } catch (error) {
    signal.throwIfAborted();
    return { instead: reasonOf(error) };
  }
}

/** Behind which a shallow clone has nothing. */
async function shallowCommits(git: Git): Promise<ReadonlySet<string>> {
  const gitDir = (await git('rev-parse', '--absolute-git-dir')).replace(/\n$/, '');
  const text = await readFile(join(await commonFolder(gitDir), 'shallow'), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

function blamedLine(known: BlamedCommit, firstHere: ReadonlySet<string>): BlamedLine {
  const { commit, author, authorTime, committerTime, summary, isBoundary } = known;
  if (/^0+$/.test(commit)) return { committerTime: Number.POSITIVE_INFINITY, blame: { kind: 'not_committed' } };
  const date = commitDate(authorTime * 1000);
  const isFirstHere = isBoundary && firstHere.has(commit);
  return { committerTime, blame: { kind: 'commit', commit, author, date, summary, at_or_before: isFirstHere } };
}

function linesIn(lines: Lines, { start, end }: SourceRange): Blamed {
  const known: BlamedLine[] = [];
  for (let line = start.line; line <= lastLine({ start, end }); line += 1) {
    const blamed = lines.get(line);
    if (blamed !== undefined) known.push(blamed);
  }
  const [first, ...others] = known;
  return first === undefined ? instead(unknown('the file has changed meanwhile')) : [first, ...others];
}

function newest([first, ...others]: Blamed): Blame {
  return others.reduce((latest, line) => (line.committerTime > latest.committerTime ? line : latest), first).blame;
}

function instead(blame: Blame): Blamed {
  return [{ committerTime: 0, blame }];
}

/** Ranges of lines, none of them twice, in order. */
function rangesOf(sources: readonly SourceRange[]): readonly (readonly [number, number])[] {
  const sorted = sources
    .map((source) => [source.start.line, lastLine(source)] as const)
    .sort(([left], [right]) => left - right);
  const ranges: (readonly [number, number])[] = [];
  for (const [first, last] of sorted) {
    const before = ranges.at(-1);
    if (before === undefined || first > before[1] + 1) ranges.push([first, last]);
    else ranges[ranges.length - 1] = [before[0], Math.max(before[1], last)];
  }
  return ranges;
}

/** A range that ends before the first character of a line has nothing of that line. */
function lastLine({ start, end }: Pick<SourceRange, 'start' | 'end'>): number {
  return end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
}

function reasonOf(error: unknown): Blame {
  if (!(error instanceof TrueupError)) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
  const said = error.fields['stderr'];
  const stderr = typeof said === 'string' ? said : '';
  // Before the first commit.
  if (stderr.includes('no such ref: HEAD')) return { kind: 'not_committed' };
  const isUnknownToGit = /no such path|is outside repository/.test(stderr);
  if (isUnknownToGit || error.code === 'not_a_git_repository') return { kind: 'not_tracked' };
  return unknown(error.code === 'git_failed' ? (stderr.split('\n')[0] ?? '') : error.message);
}

function unknown(reason: string): Blame {
  return { kind: 'unknown', reason };
}
