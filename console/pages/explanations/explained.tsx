import { Link as PlainLink, makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ExplainedView } from '../../../contract/schemas/explain.ts';
import { Card } from '../../parts/card.tsx';
import { CodeView } from '../../parts/code-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Prose } from '../../parts/prose.tsx';

const speakers: Readonly<Record<ExplainedView['saidBy'], string>> = {
  relay365: 'this relay',
  'microsoft-365': 'Microsoft 365',
  device: 'a TLS library, as devices and servers use it',
};

const sides: Readonly<Record<ExplainedView['side'], string>> = {
  ours: 'This relay: its settings, its network, its address',
  'microsoft-365': 'Microsoft 365: the settings of the tenant, or the service itself',
  recipient: 'The side of the recipient',
  device: 'The device or application that wrote the message',
};

const retries: Readonly<Record<ExplainedView['retry'], string>> = {
  permanent: 'Final: to repeat it does not help',
  transient: 'May pass: to repeat it later helps',
  throttle: 'Too much at a time: slower, it passes',
};

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  meaning: { fontWeight: tokens.fontWeightSemibold },
  subtitle: { fontWeight: tokens.fontWeightSemibold, marginBottom: tokens.spacingVerticalXS },
  list: { paddingLeft: '20px', listStyleType: 'disc', overflowWrap: 'anywhere' },
  recipients: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export function Explained({ explained }: { readonly explained: ExplainedView }): ReactNode {
  const styles = useStyles();
  const { code, meaning, cause, fix, advice, note, ref, lines, bounce, source } = explained;
  return (
    <div className={styles.stack}>
      <Card
        title={`What ${code} means`}
        actions={<CopyButton what="Explanation" text={() => asText(explained)} />}
      >
        <p className={styles.meaning}>
          <Prose text={meaning} />
        </p>
        {note !== undefined && (
          <p>
            <Prose text={note} />
          </p>
        )}
        <Points title="Why" items={cause} />
        <Points title="What helps" items={fix} />
        <Facts
          facts={[
            ['Said by', speakers[explained.saidBy]],
            ['Where to mend it', sides[explained.side]],
            ['The mail', <Prose key="advice" text={advice} />],
            ['Repeating', retries[explained.retry]],
            [
              'By itself',
              explained.clearsByItself
                ? 'It passes without anybody doing anything'
                : 'It stays until somebody mends it',
            ],
            ['Settings', explained.settings.length > 0 ? explained.settings.join(', ') : undefined],
            [
              'Refusal',
              ref && (
                <Link key="ref" to="/refusals" search={{ text: ref }}>
                  {ref}
                </Link>
              ),
            ],
            [
              'Source',
              <ul key="source">
                {source.split(/\s*;\s+/).map((one) => (
                  <li key={one}>
                    {one.startsWith('https://') ? (
                      <PlainLink inline href={one} target="_blank" rel="noreferrer">
                        {one}
                      </PlainLink>
                    ) : (
                      one
                    )}
                  </li>
                ))}
              </ul>,
            ],
          ]}
        />
      </Card>
      {lines.map(({ tenant, title, lines: shell }) => (
        <Card
          key={`${tenant} ${title}`}
          title={title}
          actions={<CopyButton what="PowerShell" text={`${shell.join('\n')}\n`} />}
        >
          <p>{`With the values of the policy for the tenant ${tenant}.`}</p>
          <CodeView wrap label={`PowerShell: ${title}`} text={shell.join('\n')} />
        </Card>
      ))}
      {bounce && <Bounce bounce={bounce} />}
    </div>
  );
}

function Points({ title, items }: { readonly title: string; readonly items: readonly string[] }): ReactNode {
  const styles = useStyles();
  if (items.length === 0) return null;
  return (
    <div>
      <p className={styles.subtitle}>{title}</p>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={item}>
            <Prose text={item} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Bounce({ bounce }: { readonly bounce: NonNullable<ExplainedView['bounce']> }): ReactNode {
  const styles = useStyles();
  const { messageId } = bounce;
  return (
    <Card title="The message that came back">
      <Facts
        facts={[
          ['Subject', bounce.subject],
          ['Sender', bounce.sender],
          [
            'Message-ID',
            messageId && (
              <Link key="id" to="/messages" search={{ text: messageId }}>
                {messageId}
              </Link>
            ),
          ],
          ['Told by', bounce.reportingMta],
        ]}
      />
      <ul className={styles.recipients}>
        {bounce.recipients.map((one, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- A recipient may be named twice.
          <li key={index}>
            <Facts
              facts={[
                ['Recipient', one.recipient],
                ['What happened', one.action],
                ['Status', one.status],
                ['Its server', one.remoteMta],
                ['It said', one.diagnostic],
              ]}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function asText({ code, meaning, cause, fix, advice, source }: ExplainedView): string {
  const lines = [
    `${code}: ${meaning}`,
    ...cause.map((one) => `Why: ${one}`),
    ...fix.map((one) => `What helps: ${one}`),
    advice,
    `Source: ${source}`,
  ];
  return `${lines.join('\n')}\n`;
}
