/** The graph of an environment's resources, as Mermaid and DOT. Arrows point from a resource to what it depends on. */
import type { Address } from '../model/address.ts';
import type { Change, ChangeAction } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText } from '../model/json.ts';
import { type DependencyEdge, dependencyEdges } from './dependency-edges.ts';
import { safeText } from './safe-text.ts';

interface Graph {
  /** Ids by address: names of people never stand where the languages expect an id. */
  readonly ids: ReadonlyMap<Address, string>;
  readonly edges: readonly DependencyEdge[];
  readonly actions: ReadonlyMap<Address, ChangeAction>;
}

const COLORS: Readonly<Record<ChangeAction, string>> = {
  create: '#b7e1cd',
  update: '#fce8b2',
  restart: '#fce8b2',
  replace: '#e1bee7',
  delete: '#f4c7c3',
  move: '#b3e5fc',
};

/** `changes` of a plan colour what they touch; what only they know, since it is to be removed, is drawn too. */
export function renderMermaid(environment: DesiredEnvironment, changes: readonly Change[] = []): string {
  const { ids, edges, actions } = graphOf(environment, changes);
  const lines = ['flowchart LR'];
  for (const [address, id] of ids) lines.push(`  ${id}["${mermaidText(address)}"]`);
  for (const { from, to, label, optional } of edges) {
    const arrow = optional ? '-.->' : '-->';
    const text = label === '' ? '' : `|"${mermaidText(label)}"|`;
    lines.push(`  ${ids.get(from)} ${arrow}${text} ${ids.get(to)}`);
  }
  for (const action of new Set(actions.values())) lines.push(`  classDef ${action} fill:${COLORS[action]},color:#000`);
  for (const [address, action] of actions) lines.push(`  class ${ids.get(address)} ${action}`);
  return lines.join('\n');
}

/** As `renderMermaid`, in the language of Graphviz. */
export function renderDot(environment: DesiredEnvironment, changes: readonly Change[] = []): string {
  const { ids, edges, actions } = graphOf(environment, changes);
  const lines = [`digraph ${dotText(environment.name)} {`, '  rankdir=LR', '  node [shape=box]'];
  for (const [address, id] of ids) {
    const action = actions.get(address);
    const fill = action === undefined ? '' : `, style=filled, fillcolor="${COLORS[action]}"`;
    lines.push(`  ${id} [label=${dotText(address)}${fill}]`);
  }
  for (const { from, to, label, optional } of edges) {
    const attributes = [...(label === '' ? [] : [`label=${dotText(label)}`]), ...(optional ? ['style=dashed'] : [])];
    const list = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
    lines.push(`  ${ids.get(from)} -> ${ids.get(to)}${list}`);
  }
  return [...lines, '}'].join('\n');
}

function graphOf(environment: DesiredEnvironment, changes: readonly Change[]): Graph {
  const actions = new Map(changes.map((change) => [change.address, change.action]));
  const edges = dependencyEdges(environment);
  const addresses = new Set<Address>(environment.resources.keys());
  for (const { to } of edges) addresses.add(to);
  for (const address of actions.keys()) addresses.add(address);
  const ids = new Map([...addresses].sort(compareText).map((address, index) => [address, `n${index}`]));
  return { ids, edges, actions };
}

/** Entity codes for all but letters, digits and plain punctuation: Mermaid reads Markdown and HTML in labels. */
function mermaidText(text: string): string {
  return safeText(text).replace(/[^\p{L}\p{N} _.,:/-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function dotText(text: string): string {
  return `"${safeText(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
