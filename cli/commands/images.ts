import type { Command } from '@commander-js/extra-typings';

import { buildImagesCampaign, listImagesCampaign } from '../../campaigns/machine/machine.js';
import { formatTable } from '../../reports/console/table.js';
import type { Output } from '../terminal/output.js';

/** `schism images build` and `schism images list`. */
export function addImagesCommand(program: Command, output: Output): void {
  const images = program.command('images').description('the container images that are built here');
  images
    .command('build')
    .description("make images from Debian's packages; one that is there already is reused")
    .argument('[names...]', 'such as etcd, etcd@3.3, helper; all of them when left out')
    .option('--cache <directory>', 'keep finished images there, and take them from there')
    .action((names, { cache }) =>
      buildImagesCampaign({ names, cacheDirectory: cache }, (line) => output.out(line)),
    );
  images
    .command('list')
    .description('every image that can be built here, and whether it is there')
    .action(async () => {
      const rows = (await listImagesCampaign()).map(({ name, tag, state, bytes }) => [
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
