/** What can go wrong with a node, apart from what we do to it. */
export type NodeProblem =
  | 'could not be started'
  | 'ended before it was up'
  | 'did not come up'
  | 'found its port in use'
  | 'did not obey a signal';

/** The facts that the sentence is made of. */
export interface NodeErrorFacts {
  node: string;
  problem: NodeProblem;
  /** Milliseconds from the attempt to the failure. */
  elapsedMs: number;
  /** More about it: the port, the signal, the system's own words. */
  detail?: string;
  exitCode?: number | null;
  signal?: string | null;
  /** The last lines of its log. */
  logTail?: string;
}

/** A node that does not do what the harness asked of it. The facts are fields, the message is for people. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly facts: NodeErrorFacts;

  constructor(facts: NodeErrorFacts) {
    super(describe(facts));
    this.facts = facts;
  }
}

function describe(facts: NodeErrorFacts): string {
  const { node, problem, elapsedMs, detail, logTail } = facts;
  const after = `after ${Math.round(elapsedMs)} ms`;
  const details = [detail, describeExit(facts)].filter((part) => part !== undefined);
  const sentence = [`Node ${node} ${problem} (${[after, ...details].join(', ')}).`];
  if (logTail !== undefined) {
    sentence.push(logTail === '' ? 'Its log is empty.' : `The end of its log:\n${logTail}`);
  }
  return sentence.join(' ');
}

function describeExit({ exitCode, signal }: NodeErrorFacts): string | undefined {
  if (signal !== undefined && signal !== null) return `ended by ${signal}`;
  if (exitCode !== undefined && exitCode !== null) return `exit code ${exitCode}`;
  return undefined;
}
