/** Ways through text: variables of the operator, characters that nobody sees, and values that grow without end. */
import { adds, type Escape, IMAGE, MARK as X, MANIFEST, otherwise, says } from './escape.ts';

function reads(name: string, value: string): Escape {
  return otherwise(adds(name, '    environment_variables:', `      LEAK: ${value} ${X}`), {
    codes: ['unset_variable'],
  });
}

const BOMB = [
  'variables:',
  `  a: &a ["x", "x", "x", "x", "x", "x", "x", "x", "x"]`,
  ...'bcdefghi'.split('').map((name, index) => {
    const list = Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ');
    return `  ${name}: &${name} [${list}]${name === 'f' ? ` ${X}` : ''}`;
  }),
].join('\n');

export const TEXT: readonly Escape[] = [
  reads('the home of the operator', `"\${HOME}"`),
  reads('a key of the operator', `"\${AWS_SECRET_ACCESS_KEY}"`),
  reads('a key of the operator, in an operand', `"\${UNSET:-\${AWS_SECRET_ACCESS_KEY}}"`),
  reads('a variable of the command line', `"\${token}"`),
  reads('a variable of the env file of the clone', `"\${FROM_FILE}"`),
  otherwise(adds('a key of the operator through a variable', 'variables:', `  v: "\${AWS_SECRET_ACCESS_KEY}" ${X}`), {
    codes: ['unset_variable'],
  }),
  otherwise(
    adds(
      'a name without a value, which Compose would take from the operator',
      '    environment_variables:',
      `      - AWS_SECRET_ACCESS_KEY ${X}`,
    ),
    { codes: ['invalid_value'] },
  ),
  adds('a character that turns text around', `    role: "admin\\u202Etxt" ${X}`),
  ...[
    ['3164', 'a letter that is blank'],
    ['115F', 'a filler before a syllable'],
    ['FFA0', 'a narrow letter that is blank'],
    ['2800', 'a sign without dots'],
    ['034F', 'a joiner that nobody sees'],
    ['FE0F', 'a selector of a variant'],
    ['E000', 'a character of one font alone'],
    ['FDD0', 'no character at all'],
  ].map(([code = '', name = '']) => adds(name, `    role: "admin\\u${code}" ${X}`)),
  adds('a character without width', '    environment_variables:', `      "A\\u200B": x ${X}`),
  adds('a command of the terminal', `    role: "\\e]0;owned\\a" ${X}`),
  adds('the mark of a secret', '    environment_variables:', `      A: "\\0secret:0\\0" ${X}`),
  adds('a carriage return', '    environment_variables:', `      A: "x\\ry" ${X}`),
  adds('half of a character', `    role: "\\uD800" ${X}`),
  adds('a text that is too long', `    role: ${'x'.repeat(300)} ${X}`),
  adds('a variable of more characters than there may be', 'variables:', `  v: ${'x'.repeat(20_000)} ${X}`),
  otherwise(
    adds(
      'variables that grow',
      'variables:',
      `  v0: ${'x'.repeat(1000)}`,
      ...Array.from({ length: 12 }, (_, n) => `  v${n + 1}: "\${v${n}}\${v${n}}"${n === 9 ? ` ${X}` : ''}`),
    ),
    { codes: ['not_allowed', 'invalid_interpolation'] },
  ),
  otherwise(says('aliases that grow', BOMB), { codes: ['not_allowed', 'invalid_yaml', 'invalid_value'] }),
  otherwise(says('more levels than there are', `x: ${'['.repeat(10_000)} ${X}`), {
    codes: ['invalid_path', 'invalid_yaml', 'not_allowed'],
  }),
  {
    name: 'bytes that are no text',
    files: { [MANIFEST]: `\0${IMAGE}` },
    codes: ['invalid_yaml'],
  },
];
