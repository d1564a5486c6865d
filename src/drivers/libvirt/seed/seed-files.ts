/** What cloud-init reads of a machine, from what is declared, and back. */
import { isJsonArray, type Json, type JsonObject, memberAt } from '../../../model/json.ts';
import { isSecret, type Sealer, type Secret, type Vault } from '../../../model/secret.ts';
import type { SeedFiles } from './iso.ts';
import { readVendorData, vendorData } from './provision.ts';

const FIELDS = { user_data: 'user-data', meta_data: 'meta-data', network_config: 'network-config' } as const;
const FIELD_NAMES = ['user_data', 'meta_data', 'network_config'] as const;

/** `null` where nothing is declared that cloud-init would read. */
export function seedFiles(vm: string, config: JsonObject, vault: Vault): SeedFiles | null {
  const declared = config['cloud_init'] ?? null;
  const scripts = scriptsOf(config).map((script) => ({
    mode: memberAt(script, 'mode'),
    script: plain(memberAt(script, 'script'), vault) ?? '',
  }));
  const given = (name: keyof typeof FIELDS): string | null => plain(memberAt(declared, name), vault);
  if (scripts.length === 0 && FIELD_NAMES.every((name) => given(name) === null)) return null;
  const network = given('network_config');
  const vendor = vendorData(scripts);
  return {
    'meta-data': given('meta_data') ?? defaultMetaData(vm),
    'user-data': given('user_data') ?? '',
    ...(network === null ? {} : { 'network-config': network }),
    ...(vendor === null ? {} : { 'vendor-data': vendor }),
  };
}

export function defaultMetaData(vm: string): string {
  return `instance-id: ${vm}\nlocal-hostname: ${vm}\n`;
}

function plain(value: Json, vault: Vault): string | null {
  if (isSecret(value)) return vault.reveal(value);
  return typeof value === 'string' ? value : null;
}

function scriptsOf(config: JsonObject): readonly Json[] {
  return isJsonArray(config['provision']) ? config['provision'] : [];
}

/** Which of it is secret: the mark of the machine says so, and nothing else of it. */
export function secretParts(config: JsonObject): readonly string[] {
  const fields = FIELD_NAMES.filter((name) => isSecret(memberAt(config, 'cloud_init', name)));
  const scripts = scriptsOf(config).flatMap((script, index) =>
    isSecret(memberAt(script, 'script')) ? [`provision.${index}`] : [],
  );
  return [...fields, ...scripts];
}

/** In the shape of what is declared, with what was secret sealed again. */
export function readSeedFiles(files: SeedFiles, secrets: readonly string[], sealer: Sealer): JsonObject {
  const sealed = (part: string, text: string): string | Secret => (secrets.includes(part) ? sealer.seal(text) : text);
  const cloudInit = FIELD_NAMES.map((name) => {
    const text = files[FIELDS[name]] ?? '';
    return [name, text === '' ? null : sealed(name, text)] as const;
  });
  return {
    cloud_init: Object.fromEntries(cloudInit),
    provision: readVendorData(files['vendor-data']).map(({ mode = '', script }, index) => ({
      mode,
      script: sealed(`provision.${index}`, typeof script === 'string' ? script : ''),
    })),
  };
}

/** The parts that a mark calls secret. */
export function markedSecrets(kept: JsonObject): readonly string[] {
  const listed = kept['secrets'];
  return isJsonArray(listed) ? listed.filter((part) => typeof part === 'string') : [];
}
