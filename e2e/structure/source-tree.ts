import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The rooms whose sources are held to the budgets; `e2e` is made of tests. */
export const ROOMS = [
  ...['bench', 'campaigns', 'checkers', 'cli', 'docs', 'harness', 'nemeses'],
  ...['nodes', 'reports', 'runtimes', 'targets', 'workloads'],
];

/** A function that has a body, with all that stands in it. */
export interface MeasuredFunction {
  name: string;
  /** Whether it is more than an argument of a call: a declaration, a method, or a value that has a name. */
  isNamed: boolean;
  file: string;
  /** From the line that it begins on to the one that it ends on. */
  lines: number;
}

export interface SourceFile {
  /** From the root, with slashes. */
  path: string;
  lines: number;
  functions: readonly MeasuredFunction[];
  /** Sources of ours that it imports, types among them. */
  imports: readonly string[];
}

/** Every source that is part of the product: no test, no helper of tests, no declaration. */
export function readSources(root = ROOT, rooms: readonly string[] = ROOMS): SourceFile[] {
  const paths = rooms.flatMap((room) => sourcesIn(join(root, room)));
  const known = new Set(paths.map((path) => slashed(root, path)));
  return paths
    .map((path) => readSource(root, path, known))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\.(test|faults|d)\.ts$|\/(testing|testdata)\//.test(path));
}

function slashed(root: string, path: string): string {
  return relative(root, path).split('\\').join('/');
}

function readSource(root: string, path: string, known: ReadonlySet<string>): SourceFile {
  const text = readFileSync(path, 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const name = slashed(root, path);
  const imported = ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      posix.join(dirname(name), fileName).replace(/\.js$/, '.ts'),
    );
  return {
    path: name,
    lines: text.split('\n').length - 1,
    functions: functionsIn(tree, name),
    imports: [...new Set(imported)].filter((each) => known.has(each)),
  };
}

function functionsIn(tree: ts.SourceFile, file: string): MeasuredFunction[] {
  const found: MeasuredFunction[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const [start, end] = [node.getStart(tree), node.getEnd()].map(
        (position) => tree.getLineAndCharacterOfPosition(position).line,
      );
      const name = nameOf(node, tree);
      const lines = end - start + 1;
      found.push({ name: name ?? 'a callback', isNamed: name !== undefined, file, lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function nameOf(node: ts.SignatureDeclaration, tree: ts.SourceFile): string | undefined {
  if (node.name !== undefined) return node.name.getText(tree);
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const { parent } = node;
  const hasName =
    ts.isVariableDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent);
  return hasName ? parent.name.getText(tree) : undefined;
}
