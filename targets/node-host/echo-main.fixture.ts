import { EchoProgram } from './echo.fixture.js';
import { runNode } from './run-node.js';

runNode(() => new EchoProgram());
