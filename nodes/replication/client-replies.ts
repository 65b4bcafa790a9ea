import { ClientError } from '../../harness/contracts/client.js';
import type { NodeReply } from '../../harness/contracts/cluster.js';
import type { JsonObject } from '../../harness/json.js';

/** The fields of an answer; none where it is not an object. */
export function fieldsOf({ body }: NodeReply): JsonObject {
  return body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {};
}

/** The error that an answer other than 200 stands for. */
export function toError(reply: NodeReply): ClientError {
  const { error, message } = fieldsOf(reply);
  if (typeof error !== 'string') {
    const answer = `status ${reply.status}, ${JSON.stringify(reply.body)}`;
    return new ClientError('unexpected-answer', answer);
  }
  return new ClientError(error, typeof message === 'string' ? message : `status ${reply.status}`);
}
