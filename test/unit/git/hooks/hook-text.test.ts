import { describe, expect, it } from 'vitest';
import {
  chainedHook,
  hookLines,
  isEmptyHook,
  linesIn,
  newHook,
  withLines,
  withoutLines,
} from '../../../../src/git/hooks/hook-text.ts';

const OTHERS = '#!/usr/bin/env bash\nset -eu\nexec other "$@"';

describe('lines in a hook', () => {
  it.each([
    ['sh', '#!/bin/sh\necho a\n'],
    ['a script without a line break at its end', OTHERS],
    ['zsh with options', '#! /bin/zsh -f\necho a\n'],
    ['no interpreter at all', 'echo a\n'],
    ['bytes that are no UTF-8', '#!/bin/sh\necho \xff\xfe\n'],
    ['nothing', ''],
  ])('come first in a script of %s, and go without a trace', (_name, text) => {
    const added = withLines(text, 'post-merge') ?? '';

    expect(linesIn(added, 'post-merge')).toBe('present');
    expect(added.indexOf(hookLines('post-merge'))).toBe(/^#![^\n]*\n/.exec(text)?.[0].length ?? 0);
    expect(withoutLines(added)).toBe(text);
  });

  it.each([
    ['of Python', '#!/usr/bin/env python3\nprint(1)\n'],
    ['of fish', '#!/usr/bin/fish\necho a\n'],
    ['of csh', '#!/bin/csh\necho a\n'],
    ['that is a program', '\x7fELF\0\0'],
    ['with Windows line ends', '#!/bin/sh\r\necho a\r\n'],
    ['that hands itself to Python', "#!/bin/sh\n'''exec' \"/opt/python\" \"$0\" \"$@\"\n' '''\nprint(1)\n"],
    ['that hands itself to Perl', '#!/bin/sh\neval \'exec perl -x -wS $0 ${1+"$@"}\'\n  if 0;\n'],
    ['that ends in its first line', '#!/bin/sh'],
  ])('are not added to a hook %s', (_name, text) => {
    expect(withLines(text, 'post-commit')).toBeNull();
  });

  it('are written anew where they were changed by hand, and nothing else is', () => {
    const changed = (withLines(OTHERS, 'post-commit') ?? '').replace('trueup/hook" ]', 'elsewhere" ]');

    expect(linesIn(changed, 'post-commit')).toBe('changed');
    expect(withoutLines(withLines(changed, 'post-commit') ?? '')).toBe(OTHERS);
  });

  it('stay where the end mark was taken away, because nobody knows where they end', () => {
    const half = newHook('post-commit').replace('# <<< trueup\n', 'echo mine\n');

    expect(withoutLines(half)).toBe(half);
  });

  it('are all that a new hook has', () => {
    expect(isEmptyHook(withoutLines(newHook('post-checkout')))).toBe(true);
    expect(isEmptyHook(withoutLines(chainedHook('post-checkout')))).toBe(false);
  });
});
