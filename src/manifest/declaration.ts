/** How a field is declared: where, what it overrides, and which variables its value is made of. Says nothing of values. */
import { dirname } from 'node:path';
import type { DeclaredVariable, FieldDeclaration } from '../model/explanation.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { Declared, Layers } from './layers.ts';
import { parseTemplate, type TemplatePart } from './template.ts';
import type { Variables } from './variables.ts';

export interface DeclaredIn {
  /** Of the environment, relative to the root. */
  readonly folder: string;
  readonly layers: Layers;
  readonly variables: Variables;
}

/** `declarations`: the one that counts first; `null` where there is none. */
export function fieldDeclaration(declarations: readonly Declared[], around: DeclaredIn): FieldDeclaration | null {
  const [counts, ...others] = declarations;
  if (counts === undefined) return null;
  const folder = dirname(counts.source.file);
  return {
    source: counts.source,
    inherited_from: folder === around.folder ? null : folder,
    overrides: others[0]?.source ?? null,
    variables: variablesIn(counts.value, around),
  };
}

/** Each once, those that a declared variable is made of behind it. */
function variablesIn(value: Json, { layers, variables }: DeclaredIn): readonly DeclaredVariable[] {
  const found = new Map<string, DeclaredVariable>();
  const take = (text: Json): void => {
    for (const name of namesIn(text)) {
      if (found.has(name)) continue;
      const origin = variables.originOf(name);
      const path = ['variables', name];
      found.set(name, { name, origin, source: origin === 'manifest' ? layers.locate(path, 'field') : null });
      if (origin === 'manifest') take(layers.valueOf(path));
    }
  };
  take(value);
  return [...found.values()];
}

function namesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return value.includes('$') ? namesOf(parseTemplate(value, true).parts ?? []) : [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => namesIn(item));
  return isJsonObject(value) ? Object.values(value).flatMap(namesIn) : [];
}

function namesOf(parts: readonly TemplatePart[]): readonly string[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name, ...namesOf(part.operand)]));
}
