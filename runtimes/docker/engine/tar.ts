import { mkdir } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';

/** An archive of these files, by path; owner root, readable by all. */
export async function packFiles(
  files: Readonly<Record<string, string | Buffer>>,
): Promise<Readable> {
  const archive = pack();
  for (const [path, content] of Object.entries(files)) {
    archive.entry({ name: path.replace(/^\/+/, ''), mode: 0o644 }, content);
  }
  archive.finalize();
  return Readable.from([await buffer(archive)]);
}

/**
 * Writes the plain files of an archive below a directory, and answers how many. Links, devices and paths that
 * lead out of the directory are left out: what a container holds is data.
 */
export async function unpackInto(
  archive: NodeJS.ReadableStream,
  directory: string,
): Promise<number> {
  const root = resolve(directory);
  const entries = extract();
  const piping = pipeline(archive as Readable, entries);
  let count = 0;
  for await (const entry of entries) {
    const path = resolve(join(root, entry.header.name));
    if (entry.header.type === 'file' && path.startsWith(root + sep)) {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(entry, createWriteStream(path));
      count++;
    } else {
      entry.resume();
    }
  }
  await piping;
  return count;
}
