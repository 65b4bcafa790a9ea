import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';

/** What a container writes, from before its start to its end, at the end of a file. */
export class LogCapture {
  /** Resolves when the container's output has ended and all of it is in the file. */
  readonly ended: Promise<void>;

  private constructor(stream: NodeJS.ReadableStream, file: WriteStream) {
    this.ended = finished(stream)
      // A broken connection to the engine ends the output, too; what came is kept.
      .catch(() => undefined)
      .then(() => new Promise((resolve) => file.end(resolve)));
  }

  /** To be called before the container is started, so that not a line is missed. */
  static async open(container: Docker.Container, path: string): Promise<LogCapture> {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const file = createWriteStream(path, { flags: 'a' });
    // A full disk ends the log, not the controller: the history has to be written there too, and says so.
    file.on('error', () => {});
    container.modem.demuxStream(stream, file, file);
    return new LogCapture(stream, file);
  }
}
