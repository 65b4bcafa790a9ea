import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';

/** One message of a stream in which the engine tells how a build, a pull or a load goes on. */
interface ProgressMessage {
  stream?: string;
  status?: string;
  id?: string;
  error?: string;
}

/**
 * Reads such a stream to its end. `onText` gets what a person would want to see. Throws an Error with the
 * engine's sentence where the stream says that it failed: HTTP said 200 long before.
 */
export async function followProgress(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onText: (text: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let failure: string | undefined;
    const onMessage = (message: ProgressMessage): void => {
      failure ??= message.error;
      if (message.stream !== undefined) onText(stripVTControlCharacters(message.stream));
      else if (message.status !== undefined && !message.id) onText(`${message.status}\n`);
    };
    const onEnd = (error: Error | null): void => {
      if (failure !== undefined) reject(new Error(failure));
      else if (error) reject(error);
      else resolve();
    };
    docker.modem.followProgress(stream, onEnd, onMessage);
  });
}

/** The end of a text, for people. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
