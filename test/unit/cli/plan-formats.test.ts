import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addFormatOptions } from '../../../src/cli/plan-formats.ts';

function parsed(...words: readonly string[]): unknown {
  const command = addFormatOptions(new Command('plan'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(words, { from: 'user' }).opts();
}

describe('--also', () => {
  it('takes a file for each format', () => {
    expect(parsed('--also', 'sarif=plan.sarif', '--also', 'junit=plan.xml')).toEqual({
      also: [
        { format: 'sarif', file: 'plan.sarif' },
        { format: 'junit', file: 'plan.xml' },
      ],
    });
  });

  it.each(['x.out', './x.out', 'sub/../x.out'])('refuses a file that is named before: %s', (file) => {
    expect(() => parsed('--also', 'sarif=x.out', '--also', `junit=${file}`)).toThrow(
      `${file} is written as sarif already; name another file`,
    );
  });

  it('says which formats there are where it knows none of that name', () => {
    expect(() => parsed('--also', 'json=plan.json')).toThrow(
      'write it as format=file; formats: markdown, sarif, junit, github',
    );
  });
});
