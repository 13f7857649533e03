/**
 * Conversations with a relay of ours as its clients in this process see them, so that a witness who is not there is noticed:
 * every socket is listened to at its own side.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const greeting = /^220[ -]\S+ ESMTP relay365\r\n/;

let held = 0;

/** Sockets that a relay of ours has greeted, and given an answer. */
export function conversationsHeld(): number {
  return held;
}

/** `push` is where octets from the network enter a socket, whoever reads them then. */
function watch(socket: Socket): void {
  const push = socket.push.bind(socket);
  let before = '';
  socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) {
      before += chunk.toString('latin1', 0, 1024);
      const hello = greeting.exec(before)?.[0];
      const isOver = hello === undefined ? before.length > 200 : before.length >= hello.length + 4;
      // A session that was silent is told 421, and has said nothing that could be judged.
      if (hello !== undefined && isOver && !before.startsWith('421', hello.length)) held += 1;
      if (isOver) socket.push = push;
    }
    return push(chunk, encoding);
  };
}

export function watchSockets(): void {
  subscribe('net.client.socket', (message) => watch((message as { readonly socket: Socket }).socket));
}
