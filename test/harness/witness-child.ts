/** In place of parts of the listener in a child process: what the witness saw goes to the file that the test reads. */
import { appendFileSync } from 'node:fs';
import { admissionRefusal as liveAdmission, crowdedRefusal } from '../../src/listener/admission.ts';
import { handleEvent as liveHandler } from '../../src/listener/handle-event.ts';
import { witnessedAdmission } from './witness-admission.ts';
import { compared, disagreements, witnessed } from './witness.ts';
import { witnessFile } from './witness-file.ts';

const file = witnessFile();
const tell = (line: object): void => {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
};

// Told at once, because many a test ends its relay by SIGKILL.
disagreements.push = (...more) => {
  for (const disagreement of more) tell({ disagreement });
  return 0;
};
process.once('exit', () => tell({ decisions: compared.decisions }));

export const handleEvent = witnessed(liveHandler);
export const admissionRefusal = witnessedAdmission(liveAdmission, crowdedRefusal);
export { crowdedRefusal };
