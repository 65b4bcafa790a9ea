import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packFiles, unpackInto } from './tar.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'schism-tar-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('what was packed comes out again', async () => {
  const archive = await packFiles({ '/a/b': 'text', c: Buffer.from([0, 255]) });
  expect(await unpackInto(archive, directory)).toBe(2);
  expect(readFileSync(join(directory, 'a', 'b'), 'utf8')).toBe('text');
  expect([...readFileSync(join(directory, 'c'))]).toEqual([0, 255]);
});

test('links and paths that lead out are left out', async () => {
  const archive = pack();
  archive.entry({ name: 'link', type: 'symlink', linkname: '/etc/passwd' });
  archive.entry({ name: '../outside' }, 'no');
  archive.entry({ name: 'inside' }, 'yes');
  archive.finalize();
  const inner = join(directory, 'inner');
  expect(await unpackInto(Readable.from([await buffer(archive)]), inner)).toBe(1);
  expect(readFileSync(join(inner, 'inside'), 'utf8')).toBe('yes');
  expect(existsSync(join(inner, 'link'))).toBe(false);
  expect(existsSync(join(directory, 'outside'))).toBe(false);
});
