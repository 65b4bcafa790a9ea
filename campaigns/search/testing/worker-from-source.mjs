import { tsImport } from 'tsx/esm/api';

const { default: simulate } = await tsImport('../worker.ts', import.meta.url);

export default simulate;
