import { EchoProgram } from './echo.js';
import { runNode } from '../run-node.js';

runNode(() => new EchoProgram());
