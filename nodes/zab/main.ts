import { runNode } from '../host/run-node.js';
import { createZabProgram } from './program.js';

runNode(createZabProgram);
