import { runNode } from '../host/run-node.js';
import { createRaftProgram } from './program.js';

runNode(createRaftProgram);
