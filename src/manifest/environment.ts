/** One environment, from its folder to desired: extend, interpolate, validate, resolve, check. */
import { posix, relative, resolve } from 'node:path';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment, Policies, Revision } from '../model/desired.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { FieldDeclaration } from '../model/explanation.ts';
import { type FieldPath, parseFieldPath } from '../model/field-path.ts';
import type { FileTree } from '../model/file-tree.ts';
import type { Environment as Manifest } from '../model/generated/environment.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { PartialEnvironment } from '../model/partial-environment.ts';
import type { NamingSealer, Secret } from '../model/secret.ts';
import type { SourceRange } from '../model/source.ts';
import { checkLayers, checkValues } from './allow/check.ts';
import type { ForeignRepo } from './allow/foreign-repo.ts';
import { boundToPolicy } from './allow/from-image.ts';
import type { Neighbour } from './check/across.ts';
import type { CheckContext } from './check/context.ts';
import { checkCycles } from './check/cycles.ts';
import { checkPlacement } from './check/placement.ts';
import { checkProviders } from './check/providers.ts';
import { checkReferences } from './check/references.ts';
import { resolveIgnoreRules, resolveMoved } from './check/rules.ts';
import { checkServices } from './check/services.ts';
import { fieldDeclaration } from './declaration.ts';
import { extendFolder } from './extend.ts';
import type { Folder, Folders } from './folder.ts';
import { withInputs } from './inputs.ts';
import { interpolate, type Interpolated } from './interpolate.ts';
import { Layers, type ManifestPath } from './layers.ts';
import { Locator } from './locate.ts';
import { reportNotSupported } from './not-supported.ts';
import { settled, withoutFormless, withoutRemovals } from './partial.ts';
import { partialEnvironment } from './partial-environment.ts';
import { prune } from './prune.ts';
import { Reporter } from './reporter.ts';
import { resolveEngines } from './resolve/engines.ts';
import { type HostPath, HostPaths } from './resolve/host-paths.ts';
import { dependentOnProviders, withProviders } from './resolve/inside.ts';
import { resolveImages } from './resolve/images.ts';
import { resolveResources } from './resolve/resources.ts';
import type { Scope } from './resolve/scope.ts';
import { resolveServices } from './resolve/services.ts';
import { resolveVmsAndClusters } from './resolve/vms-and-clusters.ts';
import { defaultsOf } from './schema.ts';
import type { SecretSources } from './secret-sources.ts';
import { type NameDeclared, type SecretDeclaration, SecretTexts } from './secret-texts.ts';
import { validate } from './validate.ts';
import { Variables } from './variables.ts';
import { writtenAt } from './written-at.ts';

/** Desired, with how its secrets are declared: what `show` needs. */
export interface LoadedEnvironment extends DesiredEnvironment {
  /** `null` for a text that is built from secrets and for one that no manifest declares. */
  secretDeclaration(secret: Secret): SecretDeclaration | null;
  /** Where a setting of a declared engine stands. */
  locateSetting(engine: string, setting: string): SourceRange | null;
  /** How a field is declared; `null` where nobody declares it. */
  declarationOf(address: Address, path: FieldPath): FieldDeclaration | null;
  /** Where a field stands in the manifests, or would; `null` for what nothing declares. */
  manifestPath(address: Address, path: FieldPath): ManifestPath | null;
  /** Where something of the environment as a whole stands, or the nearest declared thing around it. */
  locateKey(path: FieldPath): SourceRange | null;
}

/** What all environments of one load share. */
export interface Surroundings {
  /** `null` for the operator's own repos. */
  readonly foreign: ForeignRepo | null;
  readonly root: string;
  readonly tree: FileTree;
  /** Where files are that services mount. */
  readonly mounted: FileTree;
  /** Whether in the repo only what `mounted` says counts, whatever lies on the disk. */
  readonly mountedAlone: boolean;
  readonly folders: Folders;
  /** Names of all folders of environments, for suggestions. */
  readonly siblings: readonly string[];
  readonly revision: Revision;
  readonly commandLine: Readonly<Record<string, string>>;
  readonly processEnvironment: NodeJS.ProcessEnv;
  readonly envFile: Readonly<Record<string, string>>;
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  readonly sealer: NamingSealer | null;
  /** `null` where unresolved secrets are not told apart. */
  readonly nameDeclared: NameDeclared | null;
  readonly secretSources: SecretSources;
  readonly hostPaths: Map<string, Promise<HostPath>>;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** An environment that is desired as far as it goes by itself; what others say about it may still be against it. */
export interface Candidate {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly string[];
  /** `null` when the files could not be used. */
  readonly neighbour: Neighbour | null;
  /** Throws away nothing: to be asked only while there are no errors. */
  readonly environment: LoadedEnvironment | null;
  /** What is left of it without all that has mistakes, those found later included; `null` where nothing can be. */
  readonly partial: (() => PartialEnvironment | null) | null;
}

const POLICIES = defaultsOf('policies');

export async function resolveEnvironment(
  folder: Folder,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Candidate> {
  const extended = await extendFolder(folder, around.folders, around.siblings);
  const layers = new Layers(extended.layers);
  const name = posix.basename(folder.path);
  const { isWhole } = extended;
  const { foreign } = around;
  const written = foreign === null ? null : checkLayers(extended.layers, foreign.policy);
  if ((!isWhole && (extended.layers.length === 0 || foreign !== null)) || written?.isHopeless === true) {
    const diagnostics = [...extended.diagnostics, ...(written?.diagnostics ?? [])];
    return { diagnostics, files: extended.files, neighbour: null, environment: null, partial: null };
  }
  const isRefused = written !== null && written.diagnostics.length > 0;
  const { root, wrong, inputs, reporter, secrets, variables } = isWhole
    ? await interpolated(extended.root, layers, isRefused ? { ...around, sealer: null } : around, signal)
    : await interpolated(withoutRemovals(extended.root), layers, { ...around, sealer: null }, signal);
  checkName(name, root, reporter);
  const refused = foreign === null ? [] : await checkValues(root, foreign.policy, reporter, around.root);
  reportNotSupported(prune(root, refused), reporter);
  const { manifest: fitting, broken } = validate(root, [...wrong, ...refused], reporter);
  if (isRefused || refused.length > 0) {
    const diagnostics = [...extended.diagnostics, ...(written?.diagnostics ?? []), ...reporter.diagnostics];
    return { diagnostics, files: extended.files, neighbour: null, environment: null, partial: null };
  }
  const manifest = isWhole ? fitting : withoutFormless(fitting);
  const scope: Scope = {
    manifest,
    broken,
    project: manifest.project ?? (foreign === null ? name : `${foreign.prefix}-${name}`),
    root: around.root,
    home: around.processEnvironment['HOME'] ?? null,
    reporter,
    secrets,
    hostPaths: new HostPaths(around.root, around.mounted, around.hostPaths, { isAlone: around.mountedAlone }),
  };
  const named = resolveEngines(scope);
  const entries = resolveServices(around.profiles, scope);
  const images = resolveImages(entries, scope);
  const others = resolveVmsAndClusters(scope);
  const placed = resolveResources(entries, images, others, scope);
  const engines = withProviders(named, placed);
  const declared = dependentOnProviders(placed, engines);
  const resources = foreign === null ? declared : boundToPolicy(declared, foreign.policy);
  await scope.hostPaths.lookAll(signal);
  const context: CheckContext = { scope, profiles: around.profiles, engines, entries, others, resources };
  checkPlacement(context);
  checkProviders(context);
  checkReferences(context);
  checkCycles(context);
  checkServices(context);
  const moved = resolveMoved(context);
  const ignored = await resolveIgnoreRules(context, around.today);
  if (!isWhole) {
    const diagnostics = [...extended.diagnostics, ...settled(reporter.diagnostics)];
    return { diagnostics, files: extended.files, neighbour: null, environment: null, partial: null };
  }
  for (const diagnostic of extended.diagnostics) reporter.diagnostics.push(diagnostic);
  const used = new Set([...resources.values()].map((resource) => resource.engine));
  const locator = new Locator(scope, images.namedBy);
  const environment: LoadedEnvironment = {
    name,
    type: manifest.type ?? 'local',
    project: scope.project,
    folder: folder.path,
    revision: around.revision,
    engines,
    resources:
      around.sealer === null ? resources : withInputs(resources, { root, inputs, secrets, sealer: around.sealer }),
    policies: resolvePolicies(manifest),
    moved,
    ignore_differences: ignored,
    files: [...new Set([...extended.files, ...around.envFiles, ...scope.hostPaths.files])].sort(),
    locate: (address, path) => locator.locate(address, path),
    secretDeclaration: (secret) => secrets.declarationOf(secret),
    locateSetting: (engine, setting) => reporter.layers.locate(['engines', engine, setting], 'key'),
    declarationOf: (address, path) =>
      fieldDeclaration(locator.declarations(address, path), {
        folder: folder.path,
        layers: reporter.layers,
        variables,
      }),
    manifestPath: (address, path) => locator.pathOf(address, path),
    writtenAt: (address, path, before) => {
      const [declared] = locator.declarations(address, path);
      const isOfField = declared !== undefined && declared.depth === locator.pathOf(address, path)?.length;
      return isOfField ? writtenAt(declared.value, before, { layers: reporter.layers, variables }) : null;
    },
    locateKey: (path) => reporter.layers.locate(parseFieldPath(path) ?? [], 'field'),
  };
  return {
    diagnostics: reporter.diagnostics,
    files: environment.files,
    neighbour: { name, scope, engines, entries, used, resources },
    environment: hasErrors(reporter.diagnostics) ? null : environment,
    partial:
      foreign === null
        ? () =>
            partialEnvironment({
              environment,
              entries,
              root,
              wrong,
              layers: extended.layers,
              ofFiles: extended.diagnostics,
              reporter,
            })
        : null,
  };
}

/** Runs again as long as there are secrets to fetch: what a secret's source is may depend on another secret. */
async function interpolated(
  root: JsonObject,
  layers: Layers,
  around: Surroundings,
  signal: AbortSignal,
): Promise<
  Interpolated & { readonly reporter: Reporter; readonly secrets: SecretTexts; readonly variables: Variables }
> {
  const { mounted } = around;
  const isHeld = (path: string): boolean => {
    const file = relative(around.root, path);
    return mounted.isTracked?.(file) ?? mounted.isCommitted(file);
  };
  const isEnvFileHeld = around.envFiles.every((file) => isHeld(resolve(around.root, file)));
  for (;;) {
    const reporter = new Reporter(layers);
    const secrets = new SecretTexts(around.sealer, around.nameDeclared);
    const { variables: declared } = root;
    const sources = {
      commandLine: around.commandLine,
      declared: isJsonObject(declared) ? declared : {},
      processEnvironment: around.processEnvironment,
      envFile: around.envFile,
      isHeld,
      isEnvFileHeld,
      allowed: around.foreign?.policy.variables ?? null,
    };
    const resolvable = around.sealer === null ? null : around.secretSources;
    const variables = new Variables(sources, around.root, reporter, resolvable);
    const values = interpolate(root, variables, secrets, reporter);
    if (!around.secretSources.hasPending) {
      variables.checkAll();
      for (const plain of variables.knownSecrets()) around.sealer?.seal(plain);
      return { ...values, reporter, secrets, variables };
    }
    await around.secretSources.fetch(signal);
  }
}

/** The folder is the name: addresses and reports use it, and two folders cannot have the same. */
function checkName(name: string, root: JsonObject, reporter: Reporter): void {
  const declared = root['name'];
  if (typeof declared === 'string' && declared !== name) {
    const detail = `write "${name}", leave it out, or rename the folder`;
    reporter.error('invalid_name', ['name'], `the name "${declared}" is not that of the folder "${name}"`, detail);
  } else if (declared === undefined && !/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(name)) {
    const detail = 'write at most 63 of the characters a-z, 0-9, `_`, `.` and `-`, beginning with a letter or digit';
    reporter.error('invalid_name', [], `the folder "${name}" cannot name an environment`, detail);
  }
}

function resolvePolicies({ policies = {} }: Manifest): Policies {
  const { drift, on_failure: onFailure, rollback, prune } = { ...POLICIES, ...policies };
  return {
    drift: drift === 'heal' || drift === 'ignore' ? drift : 'report',
    on_failure: onFailure === 'continue' || onFailure === 'rollback' ? onFailure : 'stop',
    rollback: rollback === 'environment' ? 'environment' : 'service',
    prune: prune !== false,
  };
}
