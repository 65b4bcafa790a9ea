import type { Membership } from '../../harness/contracts/target.js';
import type { JsonValue } from '../../harness/json.js';
import { toError } from '../../nodes/replication/client-replies.js';

/** What an operator does over the client API: `/members/add` and `/members/remove`, see `api.ts`. */
export const raftMembership: Membership = {
  async members(asked, _nodes, timeoutMs) {
    const status = await asked.status(timeoutMs);
    const members = status?.members;
    return status && (Array.isArray(members) ? members.filter(isText) : []);
  },

  async change(node, kind, { name }, timeoutMs) {
    if (!node.connect) throw new Error(`the runtime has no connections to ${node.name} to give`);
    const connection = node.connect();
    try {
      const reply = await connection.request(`/members/${kind}`, { name }, timeoutMs);
      if (reply.status !== 200) throw toError(reply);
    } finally {
      await connection.close();
    }
  },
};

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}
