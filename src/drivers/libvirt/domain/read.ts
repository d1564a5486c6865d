/** A definition of a machine, in the shape of what manifests declare. */
import { isJsonObject, type Json, type JsonObject, jsonEqual, member } from '../../../model/json.ts';
import { attributeOf, type XmlElement } from '../xml/element.ts';
import { markOf } from '../marks.ts';
import { readDisks } from './disks.ts';
import { fragmentTexts, OPTION, presentFragments, withoutFragments } from './fragments.ts';
import { readMounts } from './mounts.ts';
import { readNetworks } from './networks.ts';
import { readOthers } from './others.ts';
import { readSystem } from './system.ts';

/** Fields that what runs was started with: it may lag behind its definition in each of them. */
export function readDomain(domain: XmlElement, vm: string, kept: JsonObject): JsonObject {
  const present = presentFragments(domain, fragmentTexts(kept['driver_options']), startedWith(domain));
  // What is told by its kind alone takes none that another one is.
  const inOrder = present.toSorted((left, right) => Number(right.isWhole) - Number(left.isWhole));
  const rest = withoutFragments(
    domain,
    inOrder.map(({ sought }) => sought),
  );
  const texts = present.map(({ text }) => text);
  return {
    ...readMachine(rest, vm),
    driver_options: texts.length === 0 ? {} : { [OPTION]: texts },
    ...readOthers(rest),
  };
}

/** What runs has the mark of the definition that it was started from; what is only defined has no id. */
function startedWith(domain: XmlElement): readonly string[] {
  return attributeOf(domain, 'id') === null ? [] : fragmentTexts(markOf(domain)?.kept['driver_options']);
}

/** The same without what manifests have no words for, and raw elements. */
export function readMachine(domain: XmlElement, vm: string): JsonObject {
  return {
    ...readSystem(domain),
    ...readDisks(domain, vm),
    ...readMounts(domain),
    ...readNetworks(domain),
    driver_options: {},
  };
}

/** Fields that the mark keeps. */
export function readKept(kept: JsonObject): JsonObject {
  const { labels, dependencies, stop_grace_period: grace, protect, deletion_policy: policy } = kept;
  return {
    labels: isJsonObject(labels) ? labels : {},
    dependencies: isJsonObject(dependencies) ? dependencies : {},
    stop_grace_period: grace ?? null,
    protect: protect ?? false,
    deletion_policy: policy ?? null,
  };
}

/** What of the running fields differs from the defined ones; `null` for nothing. */
export function lagging(configured: JsonObject, running: JsonObject): JsonObject | null {
  const behind: Record<string, Json> = {};
  for (const [name, value] of Object.entries(running)) {
    const defined = configured[name] ?? null;
    if (jsonEqual(defined, value)) continue;
    behind[name] = isJsonObject(defined) && isJsonObject(value) ? membersBehind(defined, value) : value;
  }
  return Object.keys(behind).length === 0 ? null : behind;
}

function membersBehind(defined: JsonObject, running: JsonObject): JsonObject {
  const names = new Set([...Object.keys(defined), ...Object.keys(running)]);
  const behind: Record<string, Json> = {};
  for (const name of names) {
    const [left, right] = [member(defined, name), member(running, name)];
    if (!jsonEqual(left, right)) behind[name] = right;
  }
  return behind;
}
