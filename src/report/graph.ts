/**
 * The graph of an environment's resources, as Mermaid and DOT. Arrows point from a resource to what it depends on; what a
 * plan changes is filled, and what restarts or is reconnected along with that has a dashed frame.
 */
import type { Address } from '../model/address.ts';
import type { Change, ChangeAction } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText } from '../model/json.ts';
import { type DependencyEdge, dependencyEdges } from './dependency-edges.ts';
import { type AlongWith, alongWith } from './picture/along.ts';
import { safeText } from './safe-text.ts';

interface Graph {
  /** Ids by address: names of people never stand where the languages expect an id. */
  readonly ids: ReadonlyMap<Address, string>;
  readonly edges: readonly DependencyEdge[];
  readonly marks: ReadonlyMap<Address, Mark>;
}

/** What a plan does to a resource: by a change of its own, or along with one of another. */
type Mark = ChangeAction | 'restarts' | 'reconnects';

const COLORS: Readonly<Record<Mark, string>> = {
  create: '#b7e1cd',
  update: '#fce8b2',
  restart: '#fce8b2',
  replace: '#e1bee7',
  delete: '#f4c7c3',
  move: '#b3e5fc',
  restarts: '#fff8e1',
  reconnects: '#ffffff',
};

const ALONG: Readonly<Record<AlongWith['verb'], Mark>> = { restarts: 'restarts', 'is reconnected': 'reconnects' };

/** `changes` of a plan mark what they touch; what only they know, since it is to be removed, is drawn too. */
export function renderMermaid(environment: DesiredEnvironment, changes: readonly Change[] = []): string {
  const { ids, edges, marks } = graphOf(environment, changes);
  const lines = ['flowchart LR'];
  for (const [address, id] of ids) lines.push(`  ${id}["${mermaidText(address)}"]`);
  for (const { from, to, label, optional } of edges) {
    const arrow = optional ? '-.->' : '-->';
    const text = label === '' ? '' : `|"${mermaidText(label)}"|`;
    lines.push(`  ${ids.get(from)} ${arrow}${text} ${ids.get(to)}`);
  }
  for (const mark of new Set(marks.values())) {
    const frame = isAlong(mark) ? ',stroke-dasharray:4 3' : '';
    lines.push(`  classDef ${mark} fill:${COLORS[mark]},color:#000${frame}`);
  }
  for (const [address, mark] of marks) lines.push(`  class ${ids.get(address)} ${mark}`);
  return lines.join('\n');
}

/** As `renderMermaid`, in the language of Graphviz. */
export function renderDot(environment: DesiredEnvironment, changes: readonly Change[] = []): string {
  const { ids, edges, marks } = graphOf(environment, changes);
  const lines = [`digraph ${dotText(environment.name)} {`, '  rankdir=LR', '  node [shape=box]'];
  for (const [address, id] of ids) {
    lines.push(`  ${id} [label=${dotText(address)}${dotFill(marks.get(address))}]`);
  }
  for (const { from, to, label, optional } of edges) {
    const attributes = [...(label === '' ? [] : [`label=${dotText(label)}`]), ...(optional ? ['style=dashed'] : [])];
    const list = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
    lines.push(`  ${ids.get(from)} -> ${ids.get(to)}${list}`);
  }
  return [...lines, '}'].join('\n');
}

function graphOf(environment: DesiredEnvironment, changes: readonly Change[]): Graph {
  const marks = new Map<Address, Mark>(changes.map((change) => [change.address, change.action]));
  for (const [address, { verb }] of alongWith(changes)) marks.set(address, ALONG[verb]);
  const edges = dependencyEdges(environment);
  const addresses = new Set<Address>(environment.resources.keys());
  for (const { to } of edges) addresses.add(to);
  for (const address of marks.keys()) addresses.add(address);
  const ids = new Map([...addresses].sort(compareText).map((address, index) => [address, `n${index}`]));
  return { ids, edges, marks };
}

function isAlong(mark: Mark): boolean {
  return mark === 'restarts' || mark === 'reconnects';
}

function dotFill(mark: Mark | undefined): string {
  if (mark === undefined) return '';
  return `, style=${isAlong(mark) ? '"filled,dashed"' : 'filled'}, fillcolor="${COLORS[mark]}"`;
}

/** Entity codes for all but letters, digits and plain punctuation: Mermaid reads Markdown and HTML in labels. */
function mermaidText(text: string): string {
  return safeText(text).replace(/[^\p{L}\p{N} _.,:/-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function dotText(text: string): string {
  return `"${safeText(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
