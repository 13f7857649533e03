/** From one message to others of its kind, to what its device said, and to what would happen to one like it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
});

export function MoreLike({ message }: { readonly message: MessageDetail }): ReactNode {
  const styles = useStyles();
  return (
    <ul className={styles.list} aria-label="More like this">
      {likenesses(message).map(([words, search]) => (
        <li key={words}>
          <Link to="/messages" search={search}>
            {words}
          </Link>
        </li>
      ))}
      {message.source !== undefined && (
        <li>
          <Link to="/transcripts/$key" params={{ key: message.source }}>
            {`Last sessions of ${message.source}`}
          </Link>
        </li>
      )}
      {message.recipients.some(({ state }) => state === 'relayed') && (
        <li>
          <Link to="/microsoft365" search={{ tab: 'arrivals' }}>
            Did it really arrive?
          </Link>
        </li>
      )}
      <li>
        <Link to="/simulator" search={{ message: message.id }}>
          What would happen to such a message now
        </Link>
      </li>
    </ul>
  );
}

function likenesses(
  message: MessageDetail,
): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  const { sender, source, client, recipients, subject } = message;
  const [first] = recipients;
  const waiting = recipients.find(({ state }) => state === 'pending' || state === 'held');
  return [
    sender !== '' && (['From this sender', { sender }] as const),
    source !== undefined && (['From this source', { source }] as const),
    client && (['From this client address', { client: client.address }] as const),
    first && recipients.length === 1 && (['To this recipient', { recipient: first.address }] as const),
    subject !== undefined && subject !== '' && (['With this subject', { text: quoted(subject) }] as const),
    waiting?.connector !== undefined &&
      (['By this connector', { connector: waiting.connector, status: 'waiting' }] as const),
  ].filter((one) => one !== false && one !== undefined);
}

/** In double quotes commas and wildcards of a subject are ordinary. */
const quoted = (text: string): string => (/[,;*?\n]/.test(text) ? `"${text.replaceAll('"', '')}"` : text);
