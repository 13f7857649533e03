/** The thread that reads message traces and returned messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../problem.ts';
import type { GivenFile, ReadResult } from './read-files.ts';
import { readFiles } from './read-files.ts';

parentPort?.postMessage(await result(workerData as readonly GivenFile[]));

async function result(files: readonly GivenFile[]): Promise<ReadResult> {
  try {
    return { kind: 'read', ...(await readFiles(files)) };
  } catch (error) {
    if (error instanceof Problem) return { kind: 'problem', title: error.title, detail: error.message };
    throw error;
  }
}
