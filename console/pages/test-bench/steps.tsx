/** Steps of a conversation: what was said, word for word, beside what it means. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type {
  ConversationStep,
  PeerCertificateView,
  TlsReport,
} from '../../../contract/schemas/conversation.ts';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose } from '../../parts/prose.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, number, tlsVersion } from '../../parts/words.ts';

export const outcomes: Readonly<Record<ConversationStep['outcome'], readonly [Tone, string]>> = {
  ok: ['good', 'Well'],
  warn: ['warning', 'Warning'],
  fail: ['bad', 'Failed'],
  skipped: ['paused', 'Not done'],
};

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: tokens.spacingHorizontalL },
  title: { flex: '1 1 auto', fontWeight: tokens.fontWeightSemibold },
  ms: { fontVariantNumeric: 'tabular-nums', color: tokens.colorNeutralForeground2 },
  sides: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  alone: { gridTemplateColumns: 'minmax(0, 1fr)' },
  raw: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  words: { minWidth: 0, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' },
  advice: { marginTop: tokens.spacingVerticalS },
  chain: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export function Steps({ steps }: { readonly steps: readonly ConversationStep[] }): ReactNode {
  const styles = useStyles();
  // Handshake and judgement of the certificate bring the same report.
  const last = steps.findLast(({ tls }) => tls !== undefined);
  return (
    <ol className={styles.list} aria-label="Steps">
      {steps.map((step, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- Steps keep their order, and one may come twice.
        <Step key={index} step={step} showsTls={step.step === last?.step} />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: ConversationStep;
  readonly showsTls: boolean;
}

function Step({ step, showsTls }: StepProps): ReactNode {
  const styles = useStyles();
  const [tone, word] = outcomes[step.outcome];
  const raw = [...step.sent.map((line) => `C: ${line}`), ...step.received.map((line) => `S: ${line}`)].join(
    '\n',
  );
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <StatusBadge tone={tone}>{word}</StatusBadge>
        <span className={styles.title}>{step.title}</span>
        <span className={styles.ms}>{`${number(step.ms)} ms`}</span>
      </div>
      <div className={mergeClasses(styles.sides, raw === '' && styles.alone)}>
        {raw !== '' && <p className={styles.raw}>{raw}</p>}
        <div className={styles.words}>
          <p>
            <Prose text={step.explained} />
          </p>
          {step.advice !== undefined && (
            <p className={styles.advice}>
              <strong>To do: </strong>
              <Prose text={step.advice} />
            </p>
          )}
        </div>
      </div>
      {showsTls && step.tls && <TlsFacts tls={step.tls} />}
    </li>
  );
}

function TlsFacts({ tls }: { readonly tls: TlsReport }): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.chain}>
      <Facts
        facts={[
          ['Version', `${tlsVersion(tls.version)}, ${tls.cipher}`],
          [
            'Asked for',
            `${tls.serverName}: ${tls.nameMatches ? 'the certificate bears this name' : 'the certificate does not bear this name'}`,
          ],
          [
            'Chain',
            tls.verified ? 'verifies' : `does not verify: ${tls.chainFault ?? 'no reason was given'}`,
          ],
        ]}
      />
      {tls.chain.map((certificate) => (
        <details key={certificate.fingerprint}>
          <summary>{`${certificate.subject}, ${daysOf(certificate)}`}</summary>
          <Facts
            facts={[
              ['Issuer', certificate.issuer],
              ['Names', certificate.names.join(', ')],
              ['Usages', certificate.usages.join(', ')],
              ['From', <Moment key="from" at={certificate.from} show="full" />],
              ['To', <Moment key="to" at={certificate.to} show="full" />],
              ['Key', certificate.key],
              ['Fingerprint', certificate.fingerprint],
            ]}
          />
        </details>
      ))}
    </div>
  );
}

function daysOf({ daysLeft }: PeerCertificateView): string {
  return daysLeft < 0 ? `ended ${countOf(-daysLeft, 'day')} ago` : `${countOf(daysLeft, 'day')} left`;
}
