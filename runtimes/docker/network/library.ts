import { shellLibrary } from '../shell/library.js';

/** The functions of `scripts/network.sh`, for what is done in nodes' network namespaces. */
export const networkLibrary = shellLibrary(import.meta.url, ['./scripts/network.sh']);
