import type { Crash } from '../../harness/contracts/cluster.js';
import { NODE_EXIT } from './exit-codes.js';

/**
 * A node that stops because what it promised can no longer hold, or whose log a kill has damaged. One whose log we
 * have damaged has promised nothing about it, and does right to stop.
 */
export function brokenPromise({ node, exitCode, logTail, disk }: Crash): string | undefined {
  if (disk === 'damaged') return undefined;
  const last = logTail.trimEnd().split('\n').at(-1) ?? '';
  if (exitCode === NODE_EXIT.program) return `Node ${node} stopped to keep its promises: ${last}`;
  if (exitCode === NODE_EXIT['corrupt-log']) {
    return `Node ${node} found its log damaged, and nobody had touched it: ${last}`;
  }
  return undefined;
}
