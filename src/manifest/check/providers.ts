/** Engines that run in a declared VM: the VM is declared, on an engine that is reached by itself, and is the one way to it. */
import { isDeclared, reportUnknown } from './references.ts';
import type { EngineDeclaration } from '../../model/desired.ts';
import { providerOf } from '../resolve/inside.ts';
import type { CheckContext } from './context.ts';

export function checkProviders(context: CheckContext): void {
  for (const [key, engine] of Object.entries(context.engines)) {
    if (providerOf(engine) === null) checkApart(key, engine, context);
    else checkProvided(key, engine, context);
  }
}

function checkProvided(key: string, engine: EngineDeclaration, context: CheckContext): void {
  const { reporter } = context.scope;
  const provider = providerOf(engine);
  const path = ['engines', key];
  for (const other of ['host', 'context']) {
    if (engine.settings[other] === undefined) continue;
    const summary = `engines.${key} has both "vm" and "${other}"`;
    reporter.errorAt('key', 'invalid_value', [...path, other], summary, 'an engine in a VM is reached through the VM');
  }
  if (engine.settings['socket'] !== undefined && engine.settings['port'] !== undefined) {
    const summary = `engines.${key} has both "socket" and "port"`;
    reporter.errorAt('key', 'invalid_value', [...path, 'port'], summary, 'leave one of them out');
  }
  if (provider === null) return;
  if (!isDeclared(provider, context)) {
    reportUnknown(provider, [...path, 'vm'], context);
    return;
  }
  const host = context.engines[context.resources.get(provider)?.engine ?? ''];
  if (host === undefined || providerOf(host) === null) return;
  const summary = `${provider} runs in a VM itself, and cannot provide engines.${key}`;
  reporter.error('invalid_reference', [...path, 'vm'], summary, 'name a VM of an engine that is reached by itself');
}

/** What says where in a VM an engine listens says nothing of one that is in none. */
function checkApart(key: string, { settings }: EngineDeclaration, { scope }: CheckContext): void {
  for (const setting of ['socket', 'port']) {
    if (settings[setting] === undefined) continue;
    const summary = `engines.${key} has "${setting}" without "vm"`;
    scope.reporter.errorAt('key', 'invalid_value', ['engines', key, setting], summary, 'name the VM that it is in');
  }
}
