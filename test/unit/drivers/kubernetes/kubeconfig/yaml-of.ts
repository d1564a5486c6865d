/** A kubeconfig as data. */
import { parse } from 'yaml';
import { isJsonArray, type JsonObject, member, scalarText } from '../../../../../src/model/json.ts';

export function yamlOf(text: string): JsonObject {
  return parse(text) as JsonObject;
}

export function contextNames(text: string): readonly string[] {
  const contexts = member(yamlOf(text), 'contexts');
  return (isJsonArray(contexts) ? contexts : []).map((context) => scalarText(member(context, 'name')));
}
