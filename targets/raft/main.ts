import { runNode } from '../node-host/run-node.js';
import { createRaftProgram } from './program.js';

runNode(createRaftProgram);
