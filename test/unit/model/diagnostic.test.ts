import { describe, expect, it } from 'vitest';
import { errorAt, hasErrors, sortDiagnostics, warningAt } from '../../../src/model/diagnostic.ts';
import { failureOf, InvalidManifestsError, TrueupError } from '../../../src/model/failure.ts';
import type { SourceRange } from '../../../src/model/source.ts';

function at(file: string, line: number, column: number): SourceRange {
  return { file, start: { line, column }, end: { line, column: column + 1 } };
}

describe('diagnostics', () => {
  it('are in the order of their places, and those without one come first', () => {
    const inOrder = [
      errorAt('unknown_reference', null, 'a'),
      warningAt('expired_rule', null, 'b'),
      errorAt('unknown_key', at('a.yaml', 2, 1), 'c'),
      errorAt('unknown_key', at('a.yaml', 2, 9), 'a'),
      errorAt('unknown_key', at('a.yaml', 2, 9), 'b'),
      errorAt('unknown_key', at('a.yaml', 10, 1), 'a'),
      errorAt('unknown_key', at('b.yaml', 1, 1), 'a'),
    ];

    expect(sortDiagnostics(inOrder.toReversed())).toEqual(inOrder);
    expect(sortDiagnostics([...inOrder.slice(3), ...inOrder.slice(0, 3)])).toEqual(inOrder);
  });

  it('forbid to go on only where one is an error', () => {
    expect(hasErrors([])).toBe(false);
    expect(hasErrors([warningAt('expired_rule', null, 'x')])).toBe(false);
    expect(hasErrors([warningAt('expired_rule', null, 'x'), errorAt('unknown_key', null, 'y')])).toBe(true);
  });
});

describe('failures', () => {
  it('become plain data, and whatever else was thrown is a defect', () => {
    const error = new TrueupError('port_in_use', 'taken', {
      retryable: true,
      fields: { port: 80 },
      next: 'free it',
      cause: 'x',
    });

    expect(failureOf(error)).toEqual({
      code: 'port_in_use',
      message: 'taken',
      retryable: true,
      fields: { port: 80 },
      next: 'free it',
    });
    expect(error.cause).toBe('x');
    const internal = { code: 'internal', retryable: false, fields: {}, next: null };
    expect(failureOf(new TypeError('oops'))).toEqual({ ...internal, message: 'oops' });
    expect(failureOf('text')).toEqual({ ...internal, message: 'text' });
  });

  it('count the errors of manifests, and not the warnings', () => {
    const warning = warningAt('expired_rule', null, 'x');

    expect(new InvalidManifestsError([warning, errorAt('unknown_key', null, 'y')]).message).toBe(
      '1 error in the manifests',
    );
    expect(
      new InvalidManifestsError([errorAt('unknown_key', null, 'y'), errorAt('unknown_key', null, 'z')]).message,
    ).toBe('2 errors in the manifests');
  });
});
