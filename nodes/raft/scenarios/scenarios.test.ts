import { describeScenarios } from '../../replication/testing/scenario-files.js';
import { runRaftScenario } from '../testing/scenario.js';

describeScenarios(import.meta.dirname, runRaftScenario, 8);
