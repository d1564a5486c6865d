/** Why a gate is closed: the last probes with what they wrote, the exit code, the last log lines. */
import type { GateEvidence, ProbeResult } from '../../model/run.ts';
import { probeHead } from '../gate-text.ts';
import { safeLines } from '../safe-text.ts';
import { plural } from '../words.ts';
import { el, type Html } from './html.ts';
import { textBlock } from './text-block.ts';

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
