import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BY_STDIN, shellText } from '../../../src/drivers/by-stdin.ts';

/** What is printed, and how it ended. */
function run(text: string): { readonly status: number; readonly output: string } {
  const [program = '', ...words] = BY_STDIN;
  const script = `${text}; code=$?; echo; echo "status $code"; exit 0`;
  const output = execFileSync(program, words, { input: script, encoding: 'utf8' });
  return {
    status: Number(/status (\d+)\n$/.exec(output)?.[1]),
    output: output.replace(/\nstatus \d+\n$/, ''),
  };
}

describe('a command that a shell reads on its input', () => {
  it('keeps its words, whatever is in them', () => {
    const words = ["it's", 'a b', '$HOME `id` "x"', '', '*', 'A=b', 'two\nlines'];

    expect(run(shellText(['printf', '[%s]', ...words])).output).toBe(words.map((word) => `[${word}]`).join(''));
  });

  it('is what is run also where it looks like a variable', () => {
    expect(run(shellText(['A=b'])).status).toBe(127);
  });

  it('has variables of its own', () => {
    expect(run(shellText(['sh', '-c', 'echo "$TOKEN"'], { TOKEN: "a 'b' $c" })).output).toBe("a 'b' $c\n");
  });

  it('has no input, and so waits for none', () => {
    expect(run(shellText(['cat'])).output).toBe('');
  });

  it('ends as it ends', () => {
    expect(run(shellText(['sh', '-c', 'exit 7'])).status).toBe(7);
  });
});
