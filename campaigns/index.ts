/** The public entry of the package. */
export { defineConfig } from './definitions/define.js';
