/** The verdict, then each stage with the rule that decided it and the way to that rule. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SimulationResult, SimulationStage } from '../../../contract/schemas/simulator.ts';
import { ReplyBlock } from '../../parts/reply-block.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { asSentence } from '../../parts/words.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';

const verdicts: Readonly<Record<SimulationStage['verdict'], readonly [Tone, string]>> = {
  accept: ['good', 'Passes'],
  refuse: ['bad', 'Refused'],
  defer: ['waiting', 'Told to come back'],
  note: ['plain', 'Note'],
  skipped: ['paused', 'Not reached'],
};

const words = {
  listener: 'Listener',
  hello: 'Name in EHLO',
  spf: 'SPF of the sender',
  quota: 'Quota',
  recognition: 'Who it is',
  login: 'Login',
  tls: 'Encryption',
  connections: 'Connections',
  sender: 'Sender',
  size: 'Size',
  rates: 'Rates',
  recipient: 'Recipient',
  recipients: 'Recipients',
  content: 'Content',
  'header-from': 'Header From',
  hold: 'Hold',
  rewrite: 'Rewriting',
  repair: 'Repairs',
  route: 'Way out',
  attribution: 'How Microsoft 365 sees it',
};
const titles: Readonly<Record<SimulationStage['stage'], string>> = words;

const useStyles = makeStyles({
  summary: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    gap: tokens.spacingHorizontalM,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  verdict: { flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' },
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'grid',
    gridTemplateColumns: '168px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  skipped: { color: tokens.colorNeutralForeground3 },
  head: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS },
  title: { fontWeight: tokens.fontWeightSemibold },
  words: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    minWidth: 0,
    overflowWrap: 'anywhere',
  },
  rule: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

export function Stages({ result }: { readonly result: SimulationResult }): ReactNode {
  const styles = useStyles();
  const [tone, word] = verdicts[result.verdict];
  return (
    <>
      <div className={styles.summary} aria-live="polite">
        <StatusBadge tone={tone}>{result.verdict === 'accept' ? 'Accepted' : word}</StatusBadge>
        <span className={styles.verdict}>{result.summary}</span>
      </div>
      {result.source !== undefined && (
        <p>
          {'Recognised as '}
          <Link to="/sources/$name" params={{ name: result.source }}>
            {result.source}
          </Link>
        </p>
      )}
      <ol className={styles.list}>
        {result.stages.map((stage, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- Stages keep their order, and one may come for each recipient.
          <Stage key={index} stage={stage} source={result.source} />
        ))}
      </ol>
    </>
  );
}

function Stage({
  stage,
  source,
}: {
  readonly stage: SimulationStage;
  readonly source: string | undefined;
}): ReactNode {
  const styles = useStyles();
  const { verdict, rule, explanation, path, reply, recipient, connectors, passedOver } = stage;
  const [tone, word] = verdicts[verdict];
  return (
    <li className={mergeClasses(styles.item, verdict === 'skipped' && styles.skipped)}>
      <div className={styles.head}>
        <span className={styles.title}>{titles[stage.stage]}</span>
        <StatusBadge tone={tone}>{word}</StatusBadge>
      </div>
      <div className={styles.words}>
        <span>
          {recipient !== undefined && <strong>{recipient}: </strong>}
          {asSentence(explanation)}
        </span>
        {connectors && connectors.length > 0 && (
          <span>
            {'By '}
            {connectors.map((name, index) => (
              <span key={name}>
                {index > 0 && ', else '}
                <Link to="/connectors" search={{ open: name }}>
                  {name}
                </Link>
              </span>
            ))}
          </span>
        )}
        {stage.stage === 'recognition' && verdict === 'refuse' && (
          <Link to="/unknown-senders">Let it in under Unknown senders</Link>
        )}
        {passedOver?.map(({ connector, reason }) => (
          <span key={connector}>{`Not by ${connector}: ${reason}`}</span>
        ))}
        {verdict !== 'skipped' && (
          <span className={styles.rule}>
            {`Rule ${rule}`}
            {path !== undefined && (
              <>
                {' · '}
                <RuleLink path={path} source={source} />
              </>
            )}
          </span>
        )}
        {reply !== undefined && <ReplyBlock reply={reply} />}
      </div>
    </li>
  );
}

/** To the source that has the rule, else to its lines in the policy. */
function RuleLink({
  path,
  source,
}: {
  readonly path: string;
  readonly source: string | undefined;
}): ReactNode {
  if (source !== undefined && /^sources\b/.test(path)) {
    return (
      <Link to="/sources/$name" params={{ name: source }} search={{ tab: 'edit' }}>
        {`Open the rule (${path})`}
      </Link>
    );
  }
  return (
    <Link to="/policy" search={{ at: path }}>
      {`Open the rule (${path})`}
    </Link>
  );
}
