import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ContainerPlan } from '../../../harness/contracts/starts/container.js';
import type { NodeSetup } from '../../../harness/contracts/starts/node-setup.js';
import type { HostKit } from '../../../harness/contracts/program-host.js';
import type { ProgramReference } from '../../../harness/contracts/starts/start.js';
import { runCommandSync } from '../../../harness/machine/command.js';
import {
  isOwnModule,
  isTypeScript,
  missingModule,
  moduleFile,
  packageRoot,
} from '../../../harness/machine/program-module.js';
import { nodeTag } from './recipes.js';

/** Where the modules of a program and of its host lie in a container, as they lie to each other on this machine. */
const INSIDE = '/schism';
const CONFIG = `${INSIDE}/config.json`;
const PORTS = { client: 7000, peer: 7001 };

/** Why a program cannot be run in containers, as a sentence; undefined where it can. */
export function refusesProgram(program: ProgramReference): string | undefined {
  const file = moduleFile(program);
  if (isTypeScript(file) && !isOwnModule(file)) {
    return `In containers there is no TypeScript: ${file} must be built, and its program named as built.`;
  }
  return missingModule(program);
}

/**
 * How the nodes of a program run in containers: by the same host as on this machine, with the modules that it and the
 * program import laid beside it, and with its setup in a file.
 */
export function planProgram(program: ProgramReference, hosts: HostKit): ContainerPlan {
  let laid: LaidModules | undefined;
  return {
    image: () => ({ official: 'node:20-slim', built: nodeTag }),
    clientPort: PORTS.client,
    peerPort: PORTS.peer,
    dataDirectory: '/data',
    logFiles: 'wal-*.log',
    command: (setup) => {
      const entry = asBuilt(moduleFile({ module: hosts.entry }));
      const module = asBuilt(moduleFile(program));
      laid ??= layModules([entry, module]);
      const moduleUrl = pathToFileURL(laid.placeOf(module)).href;
      return {
        command: [
          'node',
          laid.placeOf(entry),
          ...hosts.argumentsFor(moduleUrl, program.export, CONFIG),
        ],
        files: { ...laid.files, [CONFIG]: JSON.stringify(listeningEverywhere(setup)) },
      };
    },
  };
}

function listeningEverywhere(setup: NodeSetup): NodeSetup {
  const anywhere = '0.0.0.0';
  return {
    ...setup,
    clientAddress: { ...setup.clientAddress, host: anywhere },
    peerAddress: { ...setup.peerAddress, host: anywhere },
  };
}

/** A module of this package as it was built; any other is there as it is. */
function asBuilt(file: string): string {
  if (!isOwnModule(file) || !isTypeScript(file)) return file;
  const root = packageRoot();
  const built = join(root, 'dist', relative(root, file)).replace(/\.ts$/, '.js');
  if (!existsSync(built)) throw new Error(`${built} is not there yet: run "npm run build".`);
  return built;
}

/** Files by their path in the container, and where there a file of this machine lies. */
interface LaidModules {
  files: Readonly<Record<string, string>>;
  placeOf(file: string): string;
}

/**
 * Modules and everything that they import, with the package.json files that say how to read them. Follows the static
 * imports of ES modules; what Node.js brings itself is there.
 */
function layModules(entries: readonly string[]): LaidModules {
  const sources = new Map<string, string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (sources.has(path)) continue;
    const source = readFileSync(path, 'utf8');
    sources.set(path, source);
    for (const manifest of manifestsAbove(path)) {
      if (!sources.has(manifest)) sources.set(manifest, readFileSync(manifest, 'utf8'));
    }
    open.push(...importsOf(path, source));
  }
  const ground = commonDirectory([...sources.keys()]);
  const placeOf = (file: string): string => join(INSIDE, relative(ground, file));
  return {
    files: Object.fromEntries([...sources].map(([file, source]) => [placeOf(file), source])),
    placeOf,
  };
}

/** The deepest directory that all of these files lie in: packages are found from it as they are here. */
function commonDirectory(files: readonly string[]): string {
  const contains = (directory: string): boolean => {
    const start = directory.endsWith(sep) ? directory : directory + sep;
    return files.every((file) => file.startsWith(start));
  };
  let directory = dirname(files[0]);
  while (!contains(directory)) directory = dirname(directory);
  return directory;
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
  return resolved.startsWith('file:')
    ? beforeLinks(specifier, fileURLToPath(resolved), from)
    : undefined;
}

/**
 * Where a package is found from a module, before links are followed: there it will be looked for in the container, where
 * there are no links. The file itself where it is found in no other place.
 */
function beforeLinks(specifier: string, file: string, from: string): string {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  for (let directory = dirname(from); ; directory = dirname(directory)) {
    const found = join(directory, 'node_modules', name);
    const real = existsSync(found) ? realpathSync(found) : undefined;
    if (real !== undefined && file.startsWith(real + sep)) return found + file.slice(real.length);
    if (directory === dirname(directory)) return file;
  }
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

/** Every package.json from the module's directory up: some only say the type, some the exports. */
function manifestsAbove(path: string): string[] {
  const found: string[] = [];
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) found.push(manifest);
    if (directory === dirname(directory)) return found;
  }
}
