/** Sends one sample with nodemailer, as exactly the octets it consists of. */
import { createTransport } from 'nodemailer';
import type { Sample } from './samples.ts';

export interface RelayAddress {
  readonly host: string;
  readonly port: number;
  /** PEM of the relay's certificate, to verify it. */
  readonly certificate: string;
  readonly serverName: string;
  readonly login: { readonly username: string; readonly password: string };
}

export interface Sent {
  /** The relay's reply to the end of the content. */
  readonly response: string;
  /** The id in it, which finds the message in trace and log. */
  readonly reference: string | undefined;
  readonly durationMs: number;
}

/** Rejects with nodemailer's error when the relay does not take the message. */
export async function sendSample(sample: Sample, relay: RelayAddress): Promise<Sent> {
  const transport = createTransport({
    host: relay.host,
    port: relay.port,
    name: 'device.contoso.com',
    ignoreTLS: !sample.tls,
    requireTLS: sample.tls,
    tls: { ca: relay.certificate, servername: relay.serverName },
    ...(sample.login && { auth: { user: relay.login.username, pass: relay.login.password } }),
  });
  const startedAt = performance.now();
  try {
    const info = await transport.sendMail({
      raw: sample.content,
      envelope: {
        from: sample.from,
        to: [sample.to, ...sample.blind],
        ...(sample.eightBit && { use8BitMime: true }),
      },
    });
    return {
      response: info.response,
      reference: referenceIn(info.response),
      durationMs: performance.now() - startedAt,
    };
  } finally {
    transport.close();
  }
}

/** A ULID: 26 characters of Crockford's base 32. */
export function referenceIn(text: string): string | undefined {
  return /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(text)?.[0];
}
