/**
 * What the pages are made from and held against. No other file under `docs/` imports from the package, so that
 * whoever moves a module has one place to mend.
 */
import { readResults, type KeptResults } from '../../bench/results.js';
import { readMeasuredBugs, type MeasuredBug } from '../../campaigns/definitions/measured-bugs.js';
import { createProgram } from '../../cli/program.js';
import { type BugEntry, listBugs } from '../../campaigns/catalogue/catalogue.js';
import { loadRegistries } from '../../campaigns/definitions/load-registries.js';
import type { OperationFamily } from '../../harness/contracts/operations/family.js';
import { FAMILIES } from '../../harness/contracts/operations/families/registry.js';
import { findPackageRoot } from './root.js';

export type { BugEntry, KeptResults, MeasuredBug };
export { readMeasuredBugs, readResults };

/** What a table of faults says of one of them. */
export interface FaultEntry {
  name: string;
  description: string;
  variants: readonly string[];
  onRequest: readonly string[];
}

/** The built-in faults, in the order of `schism list faults`. */
export async function readFaults(): Promise<FaultEntry[]> {
  const { nemeses } = await loadRegistries(findPackageRoot());
  return Object.values(nemeses).map(({ name, description, variants, onRequest = [] }) => {
    return { name, description, variants, onRequest };
  });
}

/** What a table of operation families says of one operation. */
export interface OperationEntry {
  /** As it is called in `FAMILIES`. */
  family: string;
  f: string;
  description: string;
  hasEffects: boolean;
}

/** The operations of the built-in families. */
export function readOperations(): OperationEntry[] {
  return Object.entries<OperationFamily>(FAMILIES).flatMap(([family, { operations }]) =>
    Object.entries(operations).map(([f, { description, hasEffects }]) => {
      return { family, f, description, hasEffects };
    }),
  );
}

/** The bugs that can be built into our own nodes, in the order of `schism list bugs`. */
export async function readBugs(): Promise<BugEntry[]> {
  return listBugs(await loadRegistries(findPackageRoot()));
}

/** A command of the command line, as far as a page can name parts of it. */
export interface KnownCommand {
  commands: ReadonlyMap<string, KnownCommand>;
  /** Long and short flags: `--seed`, `-h`. */
  options: ReadonlySet<string>;
}

/** The command line by its own word. */
export function readCommandLine(): KnownCommand {
  const silent = { out: () => undefined, error: () => undefined, color: false };
  return describeCommand(createProgram(silent));
}

/** The part of commander's `Command` that is asked here. */
interface Introspected {
  commands: readonly (Introspected & { name(): string })[];
  options: readonly { long?: string; short?: string }[];
}

function describeCommand({ commands, options }: Introspected): KnownCommand {
  const flags = options.flatMap(({ long, short }) => [long ?? [], short ?? []].flat());
  return {
    commands: new Map(commands.map((command) => [command.name(), describeCommand(command)])),
    options: new Set([...flags, '-h', '--help']),
  };
}
