import { expect, it } from 'vitest';
import type { FieldValues } from '../../../src/diff/explain.ts';
import { blameFields } from '../../../src/flow/blamed-fields.ts';
import { type FieldPath, fieldPath } from '../../../src/model/field-path.ts';
import type { SourceRange } from '../../../src/model/source.ts';
import { difference } from '../../support/builders.ts';
import { git, gitWith, never, repoWith, write } from '../git/scratch-repo.ts';

const FILE = 'main.yaml';
const MOMENT = '2026-01-02T00:00:00Z';
const VALUE = fieldPath('process', 'command');
const SAME = fieldPath('labels', 'team');

/** Every commit bears the same dates. */
function commit(root: string, text: string): string {
  write(root, { [FILE]: text });
  const dates = { GIT_AUTHOR_DATE: MOMENT, GIT_COMMITTER_DATE: MOMENT };
  gitWith(dates, root, 'commit', '--quiet', '--all', '--message', text.slice(0, 10));
  return git(root, 'rev-parse', 'HEAD');
}

function lines(first: number, last = first): SourceRange {
  return { file: FILE, start: { line: first, column: 1 }, end: { line: last, column: 2 } };
}

function values(path: FieldPath, differs: boolean): FieldValues {
  return {
    field_path: path,
    desired: 'new',
    origin: 'manifest',
    recorded: 'old',
    live: 'old',
    compared: true,
    difference: differs ? difference(['process', 'command']) : null,
    ignored: false,
  };
}

it('finds, among commits of one date, the one since what was applied: of a value over several lines and of its variables', async () => {
  const root = repoWith({ [FILE]: 'x' });
  const recorded = commit(root, 'one\ntwo\nthree\nfour\n');
  const second = commit(root, 'one\ntwo\nTHREE\nfour\n');
  const told = [values(VALUE, true), values(SAME, false)];
  const ask = async (value: SourceRange, variable: SourceRange): Promise<readonly unknown[]> => {
    const declared = { source: value, inherited_from: null, overrides: null };
    const variables = [{ name: 'v', origin: 'manifest', source: variable }] as const;
    const declarationOf = (): typeof declared & { variables: typeof variables } => ({ ...declared, variables });
    const request = { root, desired: null, source: lines(1), told, recorded, declarationOf };
    const { fields } = await blameFields(request, never);
    return [...fields.values()].map(({ last_change: last }) => last);
  };

  expect(await ask(lines(1, 3), lines(4))).toMatchObject([{ commit: second }, null]);
  expect(await ask(lines(1, 2), lines(3))).toMatchObject([{ commit: second }, null]);
  expect(await ask(lines(1, 2), lines(4))).toMatchObject([{ commit: recorded }, null]);
});
