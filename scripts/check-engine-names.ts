/**
 * No engine is known by name outside its driver: a string in src/ that names one is an error, except in src/drivers,
 * src/cli and what is generated from the schemas. Comments may name engines. A line that has to be an exception says
 * why in a comment on it or above it: `engine name: <reason>`.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const EXEMPT = /^src\/(drivers|cli|generated|model\/generated)\//;
const NAMES =
  /\b(docker|podman|containerd|nerdctl|moby|colima|orbstack|lima|libvirt|qemu|virsh|kwok|minikube|k3d|k3s|kubernetes|kubectl)\b/i;
// Names of files that other tools read, not of engines.
const FILE_NAMES = /\bdocker-compose(\.[\w-]+)*\.ya?ml\b|\.dockerignore\b/gi;
const EXCEPTION = /engine name: \S/;

for (const file of globSync('src/**/*.ts', { cwd: ROOT }).sort()) {
  if (!EXEMPT.test(file)) checkFile(file);
}

function checkFile(file: string): void {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const lines = text.split('\n');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  visit(source);

  function visit(node: ts.Node): void {
    const name = engineIn(node);
    if (name !== null) report(node, name);
    node.forEachChild(visit);
  }

  function report(node: ts.Node, name: string): void {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart());
    if (EXCEPTION.test(lines[line] ?? '') || EXCEPTION.test(lines[line - 1] ?? '')) return;
    console.error(`${file}:${line + 1}:${character + 1} names the engine "${name}": only its driver may know it`);
    process.exitCode = 1;
  }
}

function engineIn(node: ts.Node): string | null {
  if (!ts.isStringLiteralLike(node) && !isTemplatePart(node)) return null;
  if (ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent)) return null;
  if (node.text === 'kind') return isPropertyName(node) ? null : 'kind';
  return NAMES.exec(node.text.replaceAll(FILE_NAMES, ''))?.[0] ?? null;
}

function isTemplatePart(node: ts.Node): node is ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

/** `kind` is also what most unions of ours are told apart by: `'kind' in x`, `x['kind']`, `Omit<X, 'kind'>`. */
function isPropertyName({ parent }: ts.Node): boolean {
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InKeyword;
  if (ts.isElementAccessExpression(parent) || ts.isPropertyAssignment(parent)) return true;
  return ts.isLiteralTypeNode(parent);
}
