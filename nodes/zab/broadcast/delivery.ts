import { compactIfDue } from './compaction.js';
import type { ZabNode } from '../state/node.js';
import { formatZxid } from '../state/zxid.js';

/** Applies what is committed, in order, and not a transaction twice. */
export function deliverUpTo(node: ZabNode, zxid: number): void {
  if (zxid <= node.delivered) return;
  let position = node.log.positionAfter(node.delivered);
  for (;;) {
    const transaction = node.log.at(position++);
    if (transaction === undefined || transaction.zxid > zxid) break;
    node.watches.fire(node.tree, transaction);
    node.tree.apply(transaction);
    if (transaction.close !== undefined) node.watches.disconnect(transaction.close);
    node.delivered = transaction.zxid;
    node.deliveries.push({ zxid: transaction.zxid, transaction });
    node.deliveredSinceSnapshot++;
  }
  if (node.delivered < zxid) node.violated(`${formatZxid(zxid)} is committed and not in the log`);
  compactIfDue(node);
}
