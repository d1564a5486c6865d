import { describe, expect, it } from 'vitest';
import { InvalidManifestsError, TrueupError } from '../../../src/model/failure.ts';
import { renderDiagnostics } from '../../../src/report/diagnostics-text.ts';
import { failureDocument } from '../../../src/report/failure-document.ts';
import { renderFailure } from '../../../src/report/failure-text.ts';
import { diagnostic, PLAIN, source } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const FILE = 'environments/local/web.yaml';

function sources(text: string): ReadonlyMap<string, string> {
  return new Map([[FILE, text]]);
}

describe('renderDiagnostics', () => {
  it('names the place, the problem, the code and what would be right, with the line and a caret', () => {
    const manifest = 'services:\n  web:\n    process:\n      comand: [node]\n';
    const diagnostics = [
      diagnostic({ source: source(4, 7, FILE, 6) }),
      diagnostic({ code: 'expired_rule', severity: 'warning', summary: 'the rule ended', detail: null, source: null }),
      diagnostic({
        code: 'dependency_cycle',
        summary: 'a circle',
        detail: 'service.a\n  → service.b\n  → service.a',
        source: source(90, 1),
      }),
    ];

    expect(renderDiagnostics(diagnostics, sources(manifest), PLAIN)).toBe(
      [
        'environments/local/web.yaml:4:7: error: unknown key "comand" [unknown_key]',
        '  did you mean "command"?',
        '      4 |       comand: [node]',
        '        |       ^~~~~~',
        'warning: the rule ended [expired_rule]',
        'environments/local/web.yaml:90:1: error: a circle [dependency_cycle]',
        '  service.a',
        '    → service.b',
        '    → service.a',
        '2 errors, 1 warning.',
      ].join('\n'),
    );
    expect(renderDiagnostics([], sources(manifest), PLAIN)).toBe('');
  });

  it('puts the caret under the right column behind tabs, wide and escaped characters', () => {
    const line = '\t"日本": \u0007x # é';
    const at = source(1, line.indexOf('x') + 1);

    expect(renderDiagnostics([diagnostic({ detail: null, source: at })], sources(line), PLAIN).split('\n')).toEqual([
      'environments/local/web.yaml:1:9: error: unknown key "comand" [unknown_key]',
      '      1 |   "日本": \\u0007x # é',
      `        | ${' '.repeat('  "xxxx": \\u0007'.length)}^`,
      '1 error.',
    ]);
  });

  it('shows of a long line the part around the column', () => {
    const line = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;

    const text = renderDiagnostics([diagnostic({ detail: null, source: source(1, 301, FILE, 4) })], sources(line), {
      color: false,
      width: 60,
    });

    expect(text.split('\n').slice(1, 3)).toEqual([
      '      1 | …aaaaaaaaaaaaaaaaHEREbbbbbbbbbbbbbbbbbbbbbbbbbbbb…',
      '        |                  ^~~~',
    ]);
  });

  it('shows no line that stands near a declared secret', () => {
    const manifest = 'environment_variables:\n  TOKEN:\n    secret: true\n    source: inline\n    valu: hunter2\n';

    expect(renderDiagnostics([diagnostic({ detail: null, source: source(5, 5) })], sources(manifest), PLAIN)).toBe(
      'environments/local/web.yaml:5:5: error: unknown key "comand" [unknown_key]\n1 error.',
    );
  });

  it('lets nothing but text reach the terminal', () => {
    const evil = 'a\u001B[2J\u0007\r\u202E';
    const text = renderDiagnostics(
      [diagnostic({ summary: evil, detail: `${evil}\n${evil}`, source: source(1, 2, FILE, 3) })],
      sources(evil),
      { color: false, width: 30 },
    );

    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('renderFailure', () => {
  it('says what happened, what was behind it, and what to do next', () => {
    const root = new Error('listen EADDRINUSE: address already in use 127.0.0.1:8080');
    const middle = new Error('the process ended', { cause: root });
    const failure = new TrueupError('port_in_use', 'port 8080 is held by node (pid 123)', {
      cause: middle,
      next: 'stop that process, or publish another port',
    });

    expect(renderFailure(failure, PLAIN)).toBe(
      [
        'error: port 8080 is held by node (pid 123) [port_in_use]',
        '  cause: the process ended',
        '  cause: listen EADDRINUSE: address already in use 127.0.0.1:8080',
        '  next: stop that process, or publish another port',
      ].join('\n'),
    );
  });

  it('does not repeat a cause that the message quotes, and survives causes of any kind', () => {
    const quoted = new TrueupError('git_failed', 'git failed: no such ref', { cause: new Error('no such ref') });

    expect(renderFailure(quoted, PLAIN)).toBe('error: git failed: no such ref [git_failed]');
    expect(renderFailure(new TrueupError('internal', 'x\ny', { cause: { odd: 1 } }), PLAIN)).toBe(
      'error: x [internal]\n  y\n  cause: { odd: 1 }',
    );
  });
});

describe('failureDocument', () => {
  it('fits its schema, with the diagnostics behind the failure', () => {
    const error = new InvalidManifestsError([diagnostic(), diagnostic({ source: null, detail: null })]);
    const document = failureDocument(error, error.diagnostics);

    expect(schemaErrors('diagnostics', document)).toEqual([]);
    expect(document).toMatchObject({
      error: { code: 'invalid_manifests', message: '2 errors in the manifests', retryable: false, fields: {} },
      diagnostics: [{ code: 'unknown_key', source: { file: FILE, start: { line: 3, column: 7 } } }, { source: null }],
    });
  });

  it('holds no hash of a secret in its fields', () => {
    const error = new TrueupError('step_failed', 'no', { fields: { environment: { A: { $secret: 'hash-1' } } } });

    expect(JSON.stringify(failureDocument(error, []))).not.toContain('hash-1');
  });
});
