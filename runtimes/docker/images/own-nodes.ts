import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerPlan } from '../../../harness/contracts/container.js';
import type { Target } from '../../../harness/contracts/target.js';
import type { NodeCommand } from '../../../harness/contracts/node-setup.js';
import { runCommandSync } from '../../../harness/machine/command.js';
import { nodeTag } from './recipes.js';

/** Where this package lies in a container of one of our nodes. */
const INSIDE = '/schism';
const CONFIG = `${INSIDE}/config.json`;
const PORTS = { client: 7000, peer: 7001 };

/**
 * How a target whose nodes are this package's programs runs in containers: the same command as on this machine,
 * with the modules that it imports laid beside it and its setup in a file. Undefined for any other target.
 */
export function planOwnNodes(target: Target): ContainerPlan | undefined {
  const { command, program } = target;
  if (command === undefined || program === undefined) return undefined;
  let modules: Readonly<Record<string, string>> | undefined;
  return {
    image: () => ({ official: 'node:20-slim', built: nodeTag }),
    clientPort: PORTS.client,
    peerPort: PORTS.peer,
    dataDirectory: '/data',
    logFiles: 'wal-*.log',
    command: (setup) => {
      const { entry, configuration } = entryOf(command(listeningEverywhere(setup)));
      modules ??= traceModules(entry);
      return {
        command: ['node', join(INSIDE, relative(packageRoot(), entry)), '--config', CONFIG],
        files: { ...modules, [CONFIG]: configuration },
      };
    },
  };
}

function listeningEverywhere<Setup extends Parameters<NonNullable<Target['command']>>[0]>(
  setup: Setup,
): Setup {
  const anywhere = '0.0.0.0';
  return {
    ...setup,
    clientAddress: { ...setup.clientAddress, host: anywhere },
    peerAddress: { ...setup.peerAddress, host: anywhere },
  };
}

/** The module that the command starts, as it was built, and what it wants to read first. */
function entryOf(command: NodeCommand): { entry: string; configuration: string } {
  const root = packageRoot();
  const named = command.args.find((argument) => argument.startsWith(root + sep));
  if (named === undefined || command.firstLine === undefined) {
    throw new Error(`Not a program of this package: ${[command.file, ...command.args].join(' ')}`);
  }
  const entry = named.endsWith('.ts')
    ? join(root, 'dist', relative(root, named)).replace(/\.ts$/, '.js')
    : named;
  if (!existsSync(entry)) throw new Error(`${entry} is not there yet: run "npm run build".`);
  return { entry, configuration: command.firstLine };
}

/**
 * A module and everything that it imports, by path in the container, with the package.json files that say how
 * to read them. Follows the static imports of ES modules; what Node.js brings itself is there.
 */
function traceModules(entry: string): Record<string, string> {
  const root = packageRoot();
  const files: Record<string, string> = {};
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const place = join(INSIDE, relative(root, path));
    if (Object.hasOwn(files, place)) continue;
    files[place] = readFileSync(path, 'utf8');
    for (const manifest of manifestsAbove(path)) {
      files[join(INSIDE, relative(root, manifest))] ??= readFileSync(manifest, 'utf8');
    }
    open.push(...importsOf(path, files[place]));
  }
  return files;
}

const importPattern =
  /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{][^'"();]*?\sfrom\s*)?['"]([^'"]+)['"]/g;

function importsOf(path: string, source: string): string[] {
  const specifiers = [...source.matchAll(importPattern)].map(([, specifier]) => specifier);
  return specifiers.flatMap((specifier) => resolveImport(specifier, path) ?? []);
}

/** Undefined for what Node.js brings, and for words in a comment that only look like an import. */
function resolveImport(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  if (specifier.startsWith('.')) {
    const path = join(dirname(from), specifier);
    return existsSync(path) ? path : undefined;
  }
  return resolvePackage(specifier, from);
}

/**
 * As an ES module would import it: the `import` condition comes first. Where a test runner stands in for Node.js's
 * own loader, `import.meta.resolve` throws, and Node.js itself is asked.
 */
function resolvePackage(specifier: string, from: string): string | undefined {
  const resolved = resolveHere(specifier, from) ?? askNode(specifier, dirname(from));
  return resolved.startsWith('file:') ? fileURLToPath(resolved) : undefined;
}

function resolveHere(specifier: string, from: string): string | undefined {
  try {
    return import.meta.resolve(specifier, from);
  } catch {
    return undefined;
  }
}

function askNode(specifier: string, directory: string): string {
  const code = 'process.stdout.write(import.meta.resolve(process.argv[1]))';
  const args = ['--input-type=module', '-e', code, specifier];
  return runCommandSync(process.execPath, args, { cwd: directory }).stdout;
}

/** Every package.json from the module's directory up to this package's: some only say the type, some the exports. */
function manifestsAbove(path: string): string[] {
  const found: string[] = [];
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) found.push(manifest);
    if (directory === packageRoot() || directory === dirname(directory)) return found;
  }
}

/** The directory of this package, from its sources as from its build. */
function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}
