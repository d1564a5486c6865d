/** Rules of single services, and of what they ask of one another. */
import { type Address, keyOf } from '../../model/address.ts';
import { nameBeforeAside } from '../../model/aside.ts';
import { engineIdentity } from '../../model/engine-identity.ts';
import { fromImageOf } from '../../model/from-image.ts';
import { formatSource } from '../../model/source.ts';
import type { ServiceEntry } from '../resolve/entries.ts';
import { canPass } from '../resolve/health.ts';
import { checkAdopted } from './adopted.ts';
import { type CheckContext, isBroken } from './context.ts';

export function checkServices(context: CheckContext): void {
  const byAddress = new Map(context.entries.map((entry) => [entry.address, entry]));
  for (const entry of context.entries) {
    checkForm(entry, context);
    checkImage(entry, context);
    checkCompletion(entry, context);
    checkHealth(entry, context);
    checkAwaited(entry, byAddress, context);
  }
  checkAdopted(context);
  checkNames(context);
}

const REMEDY = 'give it a health_check, or wait for service_started';
const NOT_OF_IMAGE = 'that of its image is not taken over in a repo that is not yours';

/** Nobody waits for the health of what has no health check. */
function checkAwaited(entry: ServiceEntry, byAddress: ReadonlyMap<Address, ServiceEntry>, context: CheckContext): void {
  for (const { address, settings, segment } of entry.declared) {
    const target = byAddress.get(address);
    if (settings.condition !== 'service_healthy' || target === undefined || canPass(target.service.health_check))
      continue;
    // An image may bring a health check along; whether it does is known once it is there.
    const isOfImage = target.service.container !== undefined && target.service.health_check === undefined;
    if (isOfImage && fromImageOf(context.resources.get(address)?.config ?? {}) === null) continue;
    if (isBroken(context, 'services', target.key)) continue;
    const path = ['services', entry.key, 'dependencies', segment, 'condition'];
    const summary = `service "${keyOf(address)}" has no health_check, so it can never be healthy`;
    const detail = isOfImage ? `${NOT_OF_IMAGE}: ${REMEDY}` : REMEDY;
    context.scope.reporter.error('invalid_health_check', path, summary, detail);
  }
}

function checkForm({ key, service }: ServiceEntry, context: CheckContext): void {
  const { reporter } = context.scope;
  if (service.container !== undefined && service.process !== undefined) {
    const summary = `service "${key}" has both "container" and "process"`;
    reporter.errorAt('key', 'invalid_value', ['services', key, 'process'], summary, 'leave one of them out');
  } else if (service.container === undefined && service.process === undefined && !isBroken(context, 'services', key)) {
    const summary = `service "${key}" has neither "container" nor "process"`;
    reporter.errorAt('key', 'missing_key', ['services', key], summary, 'say what it runs');
  }
}

function checkImage({ key, service: { container } }: ServiceEntry, context: CheckContext): void {
  const { reporter } = context.scope;
  if (container === undefined || container.build !== undefined) return;
  const [{ image }, path] = [container, ['services', key, 'container']];
  if (image === undefined) {
    if (isBroken(context, 'services', key)) return;
    reporter.errorAt('key', 'missing_key', path, `"image" is missing in the container of service "${key}"`);
  } else if (!/^[\w.:[\]/@+-]+$/.test(image) || /^[/:@]|[/:@]$/.test(image)) {
    const detail = 'write such as "postgres:17" or "ghcr.io/acme/api@sha256:…"';
    reporter.error('invalid_value', [...path, 'image'], `"${image}" is no image`, detail);
  } else if (!isPinned(image)) {
    const summary = `image "${image}" has neither tag nor digest`;
    reporter.error('unpinned_image', [...path, 'image'], summary, `write such as "${image}:<tag>"`);
  }
}

/** A colon in front of the last slash belongs to the registry's port. */
function isPinned(image: string): boolean {
  return image.includes('@') || image.slice(image.lastIndexOf('/') + 1).includes(':');
}

/** What is started again whenever it ends never completes. */
function checkCompletion({ key, service, resolved }: ServiceEntry, { scope: { reporter } }: CheckContext): void {
  const form = service.process === undefined ? 'container' : 'process';
  const restart = service[form]?.restart;
  if (resolved.config['run_state'] !== 'completed' || (restart !== 'always' && restart !== 'unless-stopped')) return;
  const reason = service.run === 'once' ? 'it runs once' : 'another service waits for its completion';
  const summary = `restart: ${restart} would never let service "${key}" complete, but ${reason}`;
  reporter.error('invalid_value', ['services', key, form, 'restart'], summary, 'write no or on-failure');
}

function checkHealth({ key, service }: ServiceEntry, context: CheckContext): void {
  if (service.type !== 'infrastructure' || canPass(service.health_check) || isBroken(context, 'services', key)) return;
  const summary = `infrastructure service "${key}" has no health_check`;
  context.scope.reporter.errorAt(
    'key',
    'invalid_health_check',
    ['services', key],
    summary,
    'say with "test" or "endpoints" how it is known to work',
  );
}

/** Two things of one kind cannot have one name on one engine, and some names are trueup's own. */
function checkNames({ resources, engines, scope: { reporter } }: CheckContext): void {
  const names = new Map<string, string>();
  for (const { address, type, key, name, engine } of resources.values()) {
    if (type === 'image') continue;
    // It would be taken for what a run has set aside, and go once its namesake works.
    if (type === 'service' && nameBeforeAside(name) !== null) {
      const summary = `the name "${name}" says that it is set aside`;
      const detail = 'trueup alone gives such names, to what it keeps until its successor works';
      reporter.error('invalid_name', ['services', key, 'name'], summary, detail);
    }
    const declaration = engines[engine];
    const id = [type, declaration === undefined ? engine : engineIdentity(declaration), name].join('\0');
    const first = names.get(id);
    names.set(id, first ?? address);
    if (first === undefined) continue;
    const path = [`${type}s`, key, 'name'];
    const place = reporter.layers.locate([`${type}s`, keyOf(first as typeof address)], 'key');
    const detail = place === null ? null : `${first} is declared at ${formatSource(place)}`;
    reporter.error('invalid_name', path, `the name "${name}" is taken by ${first}`, detail);
  }
}
