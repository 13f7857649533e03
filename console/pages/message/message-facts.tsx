import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import type { Fact } from '../../parts/facts.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { bytes, senderOf, tlsVersion } from '../../parts/words.ts';

const priorities = { priority: 'Ahead of others', normal: 'Normal', bulk: 'After others' } as const;

export function MessageFacts({ message }: { readonly message: MessageDetail }): ReactNode {
  const { client, resentFrom, resentAs } = message;
  const facts: readonly Fact[] = [
    ['Accepted', <Moment key="at" at={message.at} show="full" />],
    ['Sender', senderOf(message.sender)],
    ['From', message.from === message.sender ? undefined : message.from],
    ['Size', bytes(message.bytes)],
    ['Source', message.isNotice ? 'A notice of this relay' : message.source],
    ['Owner', message.owner],
    ['Client', client && `${client.address} (says it is ${client.helo})`],
    ['Listener', client?.listener],
    ['Login', client?.login],
    ['Certificate', client?.certificate],
    [
      'TLS',
      client &&
        (client.tls ? `${tlsVersion(client.tls.version)}, ${client.tls.cipher}` : 'None: it came in clear'),
    ],
    ['Message-ID', message.messageId],
    ['Priority', priorities[message.priority]],
    ['Sent by', message.reroute === undefined ? undefined : `${message.reroute}, as an operator said`],
    ['Next attempt', message.nextAttemptAt && <Moment key="next" at={message.nextAttemptAt} show="due" />],
    ['Content', message.contentKept ? 'Kept' : 'Not kept any more'],
    ['Resent from', resentFrom && <Other key="from" id={resentFrom} />],
    ['Resent as', resentAs.length > 0 && resentAs.map((id) => <Other key={id} id={id} />)],
  ];
  return <Facts facts={facts.map(([name, value]) => [name, value === false ? undefined : value])} />;
}

function Other({ id }: { readonly id: string }): ReactNode {
  return (
    <Link to="/messages/$id" params={{ id }}>
      {id}
    </Link>
  );
}
