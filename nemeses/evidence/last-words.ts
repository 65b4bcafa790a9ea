import type { ClusterNode } from '../../harness/contracts/cluster.js';
import { failureLine } from '../../harness/text/failure-line.js';

/** Of so many last lines of a log the one that tells most is quoted. */
const LOG_LINES = 40;

/** Why a node has ended by the word of its log, to be put behind what is said of it: ` (“no space left”)`, or nothing. */
export async function lastWords(node: ClusterNode): Promise<string> {
  const line = failureLine(await node.logTail(LOG_LINES));
  return line === undefined ? '' : ` (“${line}”)`;
}
