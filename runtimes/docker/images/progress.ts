import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';

/** One message of a stream in which the engine tells how a build, a pull or a load goes on. */
interface ProgressMessage {
  stream?: string;
  status?: string;
  /** Of the layer that `status` is about. */
  id?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
}

/** So many bytes come between two lines about a download: a slow one must be seen to go on. */
const STEP_BYTES = 10e6;

/**
 * Reads such a stream to its end. `onText` gets what a person would want to see: what a build prints, and how
 * far the layers of a pull have come. Throws an Error with the engine's sentence where the stream says that it
 * failed: HTTP said 200 long before.
 */
export async function followProgress(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onText: (text: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let failure: string | undefined;
    const layers = countLayers(onText);
    const onMessage = (message: ProgressMessage): void => {
      failure ??= message.error;
      if (message.stream !== undefined) onText(stripVTControlCharacters(message.stream));
      else if (message.status !== undefined && !message.id) onText(`${message.status}\n`);
      else layers(message);
    };
    const onEnd = (error: Error | null): void => {
      if (failure !== undefined) reject(new Error(failure));
      else if (error) reject(error);
      else resolve();
    };
    docker.modem.followProgress(stream, onEnd, onMessage);
  });
}

/** Says how many layers are there, and every ten megabytes how much was downloaded. */
function countLayers(onText: (text: string) => void): (message: ProgressMessage) => void {
  const done = new Map<string, boolean>();
  const bytes = new Map<string, number>();
  let reportedBytes = 0;
  let reportedLayers = 0;
  return ({ id = '', status = '', progressDetail }) => {
    if (status === 'Pulling fs layer') done.set(id, false);
    if (status === 'Pull complete' || status === 'Already exists') done.set(id, true);
    if (status === 'Downloading') bytes.set(id, progressDetail?.current ?? 0);
    const there = [...done.values()].filter(Boolean).length;
    const sum = [...bytes.values()].reduce((all, each) => all + each, 0);
    if (there === reportedLayers && sum < reportedBytes + STEP_BYTES) return;
    reportedLayers = there;
    reportedBytes = sum;
    onText(`${there} of ${done.size} layers there, ${Math.round(sum / 1e6)} MB downloaded\n`);
  };
}
