import { runNode } from '../node-host/run-node.js';
import { createZabProgram } from './program.js';

runNode(createZabProgram);
