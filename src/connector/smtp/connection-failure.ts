/** Faults of a connection as failures: in words that say what is wrong and what would be right. */
import type { Failure, Stage } from '../../message/outcome.ts';
import type { RouteScope } from '../classify-reply.ts';
import type { WireFault } from './wire.ts';

export interface FaultPlace {
  readonly stage: Stage;
  /** `host:port`, with the address tried where that is not the host. */
  readonly host: string;
  readonly routeScope: RouteScope;
}

const connectFaults = new Map([
  [
    'ECONNREFUSED',
    ['connection-refused', 'refuses the connection: nothing listens there, or a firewall says no'],
  ],
  ['EHOSTUNREACH', ['host-unreachable', 'cannot be reached: there is no way to this address']],
  ['ENETUNREACH', ['host-unreachable', 'cannot be reached: this machine has no way to its network']],
  ['ETIMEDOUT', ['connect-timeout', 'does not answer: a firewall may drop port 25 on the way']],
  [
    'EADDRNOTAVAIL',
    ['source-address-unavailable', 'cannot be reached from `sourceAddress`: this machine does not have it'],
  ],
] as const);

/** A connection that could not be made, or was lost. Always transient: it says nothing about the message. */
export function wireFailure(fault: WireFault, place: FaultPlace): Failure {
  const { stage, host, routeScope } = place;
  const failure = (code: string, text: string, status: string): Failure => ({
    scope: routeScope,
    permanence: 'transient',
    stage,
    code,
    text: `${host} ${text}`,
    status,
  });
  switch (fault.kind) {
    case 'closed':
      return failure('connection-lost', `closed the connection ${during(stage)}`, '4.4.2');
    case 'timeout':
      return stage === 'connect'
        ? failure('connect-timeout', `does not answer within ${seconds(fault.afterMs)}`, '4.4.1')
        : failure(
            'reply-timeout',
            `gave no answer within ${seconds(fault.afterMs)} ${during(stage)}`,
            '4.4.2',
          );
    case 'protocol':
      return failure('protocol-error', `does not speak SMTP ${during(stage)}: ${fault.text}`, '4.5.0');
    case 'aborted':
      return failure('aborted', `was left ${during(stage)} because this relay stops`, '4.4.2');
    case 'error': {
      // TLS 1.3 tells a client only after the handshake that its certificate was wanted or not liked.
      if (/ALERT.*(?:CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/i.test(`${fault.code} ${fault.text}`)) {
        const text = `ended TLS because of our client certificate (${fault.code}); check \`certificate\` and \`key\``;
        return failure('tls-client-certificate-refused', text, '4.7.5');
      }
      const known = stage === 'connect' ? connectFaults.get(fault.code as 'ECONNREFUSED') : undefined;
      if (known) return failure(known[0], known[1], '4.4.1');
      const code = stage === 'connect' ? 'connect-failed' : 'connection-lost';
      return failure(code, `was lost ${during(stage)} (${fault.code}: ${fault.text})`, '4.4.2');
    }
  }
}

/** A fault of set-up between the next hop and us, such as TLS: mail waits until somebody put it right. */
export function setupFailure(
  fault: { readonly code: string; readonly text: string; readonly status: string },
  place: FaultPlace,
): Failure {
  return {
    scope: place.routeScope,
    permanence: 'transient',
    stage: place.stage,
    code: fault.code,
    text: `${place.host} ${fault.text}`,
    status: fault.status,
  };
}

const stageWords = new Map<Stage, string>([
  ['connect', 'while connecting'],
  ['greeting', 'before its greeting'],
  ['hello', 'at EHLO'],
  ['tls', 'during the TLS handshake'],
  ['login', 'during the login'],
  ['mail', 'before it answered MAIL'],
  ['rcpt', 'before it answered RCPT'],
  ['data', 'before it answered DATA'],
  ['content', 'during the content'],
]);

function during(stage: Stage): string {
  return stageWords.get(stage) ?? '';
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
