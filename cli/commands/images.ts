import type { Command } from '@commander-js/extra-typings';

import { createRealClock } from '../../harness/environment/real.js';
import { connectEngine } from '../../runtimes/docker/engine/connection.js';
import { buildImages } from '../../runtimes/docker/images/build.js';
import { listImages } from '../../runtimes/docker/images/inspect.js';
import { formatTable } from '../../reports/console/table.js';
import type { Output } from '../terminal/output.js';
import { UsageError } from '../../campaigns/definitions/usage-error.js';

/** `schism images build` and `schism images list`. */
export function addImagesCommand(program: Command, output: Output): void {
  const images = program.command('images').description('the container images that are built here');
  images
    .command('build')
    .description("make images from Debian's packages; one that is there already is reused")
    .argument('[names...]', 'such as etcd, etcd@3.3, helper; all of them when left out')
    .option('--cache <directory>', 'keep finished images there, and take them from there')
    .action(async (names, { cache }) => {
      const log = (line: string) => output.out(line);
      try {
        const options = { cacheDirectory: cache };
        await buildImages(await connectEngine(), createRealClock(), names, log, options);
      } catch (error) {
        throw error instanceof RangeError ? new UsageError(error.message) : error;
      }
    });
  images
    .command('list')
    .description('every image that can be built here, and whether it is there')
    .action(async () => {
      const rows = (await listImages(await connectEngine())).map(({ name, tag, state, bytes }) => [
        name,
        tag,
        state,
        bytes === undefined ? '' : `${Math.round(bytes / 1e6)} MB`,
      ]);
      const columns = [{ title: 'name' }, { title: 'image' }, { title: 'state' }];
      const table = formatTable([...columns, { title: 'size', align: 'right' }], rows);
      for (const line of table) output.out(line);
    });
}
