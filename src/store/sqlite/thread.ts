/** Entry of the store's two threads: the one that writes, and the one that answers questions. */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store.ts';
import { openForReading, openForWriting } from './database.ts';
import type { Failure } from './failure.ts';
import { failureOf } from './failure.ts';
import type { FromReader, FromWriter, ThreadOptions, ToReader, ToWriter, WriteResult } from './operations.ts';
import { createReader } from './reader.ts';
import type { Writer } from './writer.ts';
import { createWriter } from './writer.ts';

function write(port: MessagePort, options: ThreadOptions): void {
  let db: DatabaseSync | undefined;
  let writer: Writer | undefined;
  const reply = (message: FromWriter, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);

  const opened = (): Writer => {
    if (writer !== undefined) return writer;
    db = openForWriting(options);
    writer = createWriter(db, options);
    return writer;
  };
  const close = (): void => {
    writer = undefined;
    const old = db;
    db = undefined;
    old?.close();
  };
  const perform = (message: Extract<ToWriter, { kind: 'batch' }>): readonly WriteResult[] => {
    try {
      return opened().perform(message.operations, new Uint8Array(message.contents ?? new ArrayBuffer(0)));
    } catch (error) {
      const failure = describe(error, options.directory);
      // After an I/O error what the connection holds in memory may differ from the disk: the next batch
      // begins with a fresh one, which reads the log again up to the last whole commit.
      if (failure.kind !== 'full') closeQuietly(close);
      return message.operations.map(() => ({ failure }));
    }
  };

  port.on('message', (message: ToWriter) => {
    if (message.kind === 'close') {
      close();
      port.close();
      return;
    }
    const results = perform(message);
    reply(
      { kind: 'results', results, contents: message.contents },
      message.contents === null ? [] : [message.contents],
    );
  });

  try {
    opened();
    reply({ kind: 'opened' });
  } catch (error) {
    reply({ kind: 'refused', failure: describe(error, options.directory) });
    port.close();
  }
}

function read(port: MessagePort, options: ThreadOptions): void {
  let db: DatabaseSync | undefined;
  let answer: ReturnType<typeof createReader> | undefined;
  const close = (): void => {
    answer = undefined;
    const old = db;
    db = undefined;
    old?.close();
  };
  const perform = (message: Extract<ToReader, { kind: 'read' }>): FromReader => {
    try {
      db ??= openForReading(options.directory);
      answer ??= createReader(db);
      return { id: message.id, result: answer(message.operation) };
    } catch (error) {
      closeQuietly(close);
      return { id: message.id, result: { failure: describe(error, options.directory) } };
    }
  };
  port.on('message', (message: ToReader) => {
    if (message.kind === 'close') {
      close();
      port.close();
      return;
    }
    const reply = perform(message);
    const transfer =
      'bytes' in reply.result && reply.result.bytes !== null ? [reply.result.bytes.buffer] : [];
    port.postMessage(reply, transfer as ArrayBuffer[]);
  });
}

function describe(error: unknown, directory: string): Failure {
  return error instanceof StoreError
    ? { kind: error.kind, message: error.message }
    : failureOf(error, directory);
}

/** The connection failed before; that closing it fails too says nothing new, and the next open will tell. */
function closeQuietly(close: () => void): void {
  try {
    close();
  } catch {
    // Said above.
  }
}

if (parentPort !== null) {
  const options = workerData as ThreadOptions;
  if (options.role === 'writer') write(parentPort, options);
  else read(parentPort, options);
}
