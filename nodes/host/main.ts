import { runNode } from './run-node.js';

runNode();
