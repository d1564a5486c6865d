/** Why a gate is closed: the last probes with what they wrote, the exit code, the last log lines. */
import type { GateEvidence, ProbeResult } from '../../model/run.ts';
import { probeHead } from '../gate-text.ts';
import { safeLines } from '../safe-text.ts';
import { plural } from '../words.ts';
import { el, type Html } from './html.ts';

/** So many probes are shown at once; those before them are folded, since they mostly say the same. */
const SHOWN_PROBES = 2;

export function evidenceHtml(gate: GateEvidence | null): Html | null {
  if (gate === null) return null;
  const { probes, exit_code, log_lines } = gate;
  const earlier = probes.slice(0, -SHOWN_PROBES);
  return el(
    'div',
    { class: 'evidence' },
    probeList(probes.slice(-SHOWN_PROBES)),
    earlier.length === 0
      ? null
      : el('details', {}, el('summary', {}, plural(earlier.length, 'earlier probe')), probeList(earlier)),
    exit_code === null ? null : el('p', {}, `exit code ${exit_code}`),
    log_lines.length === 0
      ? null
      : [el('p', {}, `last ${plural(log_lines.length, 'log line')}:`), textBlock('Last log lines', log_lines)],
  );
}

function probeList(probes: readonly ProbeResult[]): Html | null {
  return probes.length === 0 ? null : el('ul', {}, probes.map(probeItem));
}

function probeItem(probe: ProbeResult): Html {
  const output = probe.output.trim();
  return el('li', {}, probeHead(probe), output === '' ? null : textBlock('What the probe wrote', safeLines(output)));
}

/** Each line is one line: what would break it is escaped. */
function textBlock(label: string, lines: readonly string[]): Html {
  const pre = el(
    'pre',
    {},
    lines.flatMap((line, index) => (index === 0 ? [line] : [NEWLINE, line])),
  );
  // There may be many of one label, so it is a group and no landmark.
  return el('div', { class: 'scroll', role: 'group', 'aria-label': label, tabindex: '0' }, pre);
}

const NEWLINE: Html = { html: '\n' };
