import type { WorkloadOption } from '../../harness/contracts/workload.js';

/** A workload was asked for something that it does not know: wrong usage, to be told to the user. */
export class WorkloadOptionError extends Error {
  override readonly name = 'WorkloadOptionError';
  readonly workload: string;
  readonly option: string;
  /** What would have been right: names of options, or what the value must be. */
  readonly expected: string;

  constructor(workload: string, option: string, problem: string, expected: string) {
    super(`workload ${workload}: ${problem}; expected ${expected}`);
    this.workload = workload;
    this.option = option;
    this.expected = expected;
  }
}

/** The options of one workload with the user's choices over the defaults. */
export interface OptionReader<Name extends string> {
  /** A whole number, at least `least`. */
  count(name: Name, least: number): number;
  /** One of these words. */
  choice<Word extends string>(name: Name, words: readonly Word[]): Word;
  /** So many whole numbers with colons between them ("2:1:1"), not all of them 0. */
  ratio(name: Name, parts: number): number[];
}

/** Throws a `WorkloadOptionError` for an option that the workload does not have. */
export function readOptions<Name extends string>(
  workload: string,
  known: Readonly<Record<Name, WorkloadOption>>,
  given: Readonly<Record<string, string>>,
): OptionReader<Name> {
  const names = Object.keys(known).join(', ');
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (stranger !== undefined) {
    throw new WorkloadOptionError(workload, stranger, `no option "${stranger}"`, names);
  }
  const textOf = (name: Name): string => given[name] ?? known[name].default;
  const refuse = (name: Name, expected: string): never => {
    const problem = `${name} cannot be "${textOf(name)}"`;
    throw new WorkloadOptionError(workload, name, problem, expected);
  };
  return {
    count: (name, least) => {
      const text = textOf(name);
      const isCount = /^\d{1,9}$/.test(text) && Number(text) >= least;
      return isCount ? Number(text) : refuse(name, `a whole number from ${least} to 999999999`);
    },
    choice: (name, words) =>
      words.find((word) => word === textOf(name)) ?? refuse(name, words.join(' or ')),
    ratio: (name, parts) => {
      const text = textOf(name);
      const weights = text.split(':').map(Number);
      const isRatio = /^\d{1,6}(:\d{1,6})*$/.test(text) && weights.length === parts;
      if (isRatio && weights.some((weight) => weight > 0)) return weights;
      return refuse(name, `${parts} whole numbers with colons between them, not all 0`);
    },
  };
}
