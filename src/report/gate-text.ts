/** Why a step or gate failed: the message, the last probes with their output, the exit code, the last log lines. */
import type { GateCheck, GateEvidence, ProbeResult, StepResult } from '../model/run.ts';
import { indented, wrapParts, wrapWords } from './layout.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeLines, safeText, shorten } from './safe-text.ts';
import { elapsedText, plural } from './words.ts';

const SHOWN_PROBES = 3;
const SHOWN_OUTPUT_LINES = 5;
const SHOWN_LOG_LINES = 10;

/** A failed step with its error, its evidence and what to do next. */
export function stepFailureText(step: StepResult, options: RenderOptions, paint: Paint): string {
  const what = step.phase === 'gate' ? `gate ${safeText(step.verb)}` : safeText(step.verb);
  const head = [failed(step.address, paint), what, `failed after ${elapsedText(step.duration_ms)}`];
  const lines = [wrapParts(head, options.width, 4)];
  if (step.error !== null) {
    const { message, code, next } = step.error;
    const [first = '', ...more] = safeLines(message);
    lines.push(wrapWords(`${first} ${paint('faint', `[${code}]`)}`, options.width, 4), indented(more, 4));
    lines.push(...evidenceLines(step.gate, options, paint));
    if (next !== null) lines.push(...safeLines(`next: ${next}`).map((line) => wrapWords(line, options.width, 4)));
  } else {
    lines.push(...evidenceLines(step.gate, options, paint));
  }
  return lines.filter((line) => line !== '').join('\n');
}

/** A gate that the last look found closed. */
export function gateCheckText(check: GateCheck, options: RenderOptions, paint: Paint): string {
  const why = check.reason === null ? '' : `: ${safeText(check.reason)}`;
  const head = [failed(check.address, paint), `${check.condition} is not met${why}`];
  return [wrapParts(head, options.width, 4), ...evidenceLines(check.gate, options, paint)].join('\n');
}

function failed(address: string, paint: Paint): string {
  return `${paint('bad', '✘')} ${paint('strong', safeText(address))}:`;
}

function evidenceLines(gate: GateEvidence | null, options: RenderOptions, paint: Paint): readonly string[] {
  if (gate === null) return [];
  const all = options.verbose === true;
  const probes = all ? gate.probes : gate.probes.slice(-SHOWN_PROBES);
  const logs = all ? gate.log_lines : gate.log_lines.slice(-SHOWN_LOG_LINES);
  const lines = probes.flatMap((probe) => probeLines(probe, options));
  if (gate.exit_code !== null) lines.push(`    exit code ${gate.exit_code}`);
  if (logs.length > 0) lines.push(`    last ${plural(logs.length, 'log line')}:`);
  lines.push(...logs.map((line) => `      ${paint('faint', '|')} ${fit(line, options, 8)}`));
  return lines;
}

function probeLines(probe: ProbeResult, options: RenderOptions): readonly string[] {
  const head = `    ${probeHead(probe)}`;
  const output = probe.output.trim() === '' ? [] : safeLines(probe.output.trim());
  const shown = options.verbose === true ? output : output.slice(-SHOWN_OUTPUT_LINES);
  return [head, ...shown.map((line) => `      ${fit(line, options, 6)}`)];
}

/** `probe failed after 3 ms, exit code 1: curl -f http://localhost/health` */
export function probeHead(probe: ProbeResult): string {
  const exit = probe.exit_code === null ? '' : `, exit code ${probe.exit_code}`;
  const verdict = probe.passed ? 'passed' : 'failed';
  return `probe ${verdict} after ${elapsedText(probe.response_time_ms)}${exit}: ${safeText(probe.target)}`;
}

function fit(line: string, options: RenderOptions, indent: number): string {
  const text = safeText(line);
  return options.verbose === true ? text : shorten(text, Math.max(20, options.width - indent));
}
