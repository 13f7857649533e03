/** In place of parts of the listener in a child process: what the witness saw goes to the file that the test reads. */
import { openSync, writeSync } from 'node:fs';
import { admissionRefusal as liveAdmission, crowdedRefusal } from '../../src/listener/admission.ts';
import { handleEvent as liveHandler } from '../../src/listener/handle-event.ts';
import { witnessedAdmission } from './witness-admission.ts';
import { sendSightings, tell } from './witness-record.ts';
import { witnessed } from './witness.ts';
import { witnessFile } from './witness-file.ts';

const path = witnessFile();
if (path === undefined) throw new Error('a watched process is not told where to leave what is seen');
const file = openSync(path, 'a');
// Written at once, because many a test ends its relay by SIGKILL; in one write, because several relays share the file.
sendSightings((sighting) => void writeSync(file, `${JSON.stringify(sighting)}\n`));
tell({ kind: 'watching', pid: process.pid });

export const handleEvent = witnessed(liveHandler);
export const admissionRefusal = witnessedAdmission(liveAdmission, crowdedRefusal);
export { crowdedRefusal };
