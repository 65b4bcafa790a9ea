import type { Client, Completion, Invocation } from '../contracts/client.js';
import type { ThreadId } from '../contracts/generator.js';

/** A client and the node that it talks to. */
export interface ConnectedClient {
  client: Client;
  node?: string;
}

/** An operation that was invoked and has not ended. */
export interface OpenOperation {
  invocation: Invocation;
  /** When the scheduler stops waiting for the client, in nanoseconds of the clock. */
  deadline: number;
}

/** A thread with the process that it runs as now. */
export interface Worker {
  readonly thread: ThreadId;
  process: number;
  connected: ConnectedClient;
  open: OpenOperation | undefined;
  /** An operation that was given for later. */
  planned: Invocation | undefined;
  /** Counts its questions, so that a wake-up meant for an earlier one is known as stale. */
  asked: number;
}

/** Closes a client; what a close has to complain about concerns nobody any more. */
export async function closeQuietly(client: Client): Promise<void> {
  try {
    await client.close();
  } catch {
    // The connection may be broken already: that is what the faults are for.
  }
}

/** A client that throws at once, or answers with something else, counts like one that rejects. */
export async function invokeClient(
  { client }: ConnectedClient,
  invocation: Invocation,
  timeoutMs: number,
): Promise<Completion> {
  const completion = await client.invoke(invocation, timeoutMs);
  switch (completion?.type) {
    case 'ok':
    case 'fail':
    case 'info':
      return completion;
    default:
      throw new TypeError(`the client answered ${JSON.stringify(completion)}, no completion`);
  }
}
