import type { Crash } from '../../harness/contracts/cluster.js';
import { NODE_EXIT } from './exit-codes.js';

/** A node that stops because what it promised can no longer hold, or whose log a kill has damaged. */
export function brokenPromise({ node, exitCode, logTail }: Crash): string | undefined {
  const last = logTail.trimEnd().split('\n').at(-1) ?? '';
  if (exitCode === NODE_EXIT.program) return `Node ${node} stopped to keep its promises: ${last}`;
  if (exitCode === NODE_EXIT['corrupt-log']) {
    return `Node ${node} found its log damaged, and nobody had touched it: ${last}`;
  }
  return undefined;
}
