/** The thread that explains one long text. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ExplainerGiven } from './explain-text.ts';
import { explainText } from './explain-text.ts';

const { text, given } = workerData as { readonly text: string; readonly given: ExplainerGiven };
parentPort?.postMessage((await explainText(text, given)) ?? null);
