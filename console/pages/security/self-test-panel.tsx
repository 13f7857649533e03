/** The open-relay self-test: run by a button, shown probe by probe with every line that was said. */
import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { ShieldCheckmarkRegular } from '@fluentui/react-icons/svg/shield-checkmark';
import type { ReactNode } from 'react';
import type { SelfTest } from '../../../contract/schemas/security.ts';
import { useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';

type Listener = SelfTest['listeners'][number];
type Probe = Listener['probes'][number];

const verdicts = {
  refused: ['good', 'Refused'],
  deferred: ['warning', 'Told to come back'],
  taken: ['bad', 'Taken'],
} as const;

const useStyles = makeStyles({
  button: { alignSelf: 'flex-start' },
  head: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalL, width: '100%' },
  verdict: { minWidth: '150px' },
  steps: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  why: { marginBottom: tokens.spacingVerticalS, color: tokens.colorNeutralForeground2 },
});

export function SelfTestPanel(): ReactNode {
  const styles = useStyles();
  const test = useChange('selfTest', []);
  return (
    <>
      <Card title="Does this relay send for strangers?">
        <p>
          The test asks every listener, as a client that no source names, to take mail to the outside in the
          ways by which relays were misused. The sessions run inside the relay with the policy in force:
          nothing is sent, counted or kept, and your firewall is not tried.
        </p>
        <Button
          className={styles.button}
          appearance="primary"
          icon={<ShieldCheckmarkRegular />}
          disabled={test.isPending}
          onClick={() => test.mutate({})}
        >
          {test.data ? 'Test again' : 'Run the test'}
        </Button>
        {test.error && <ErrorState problem={test.error} />}
        <div aria-live="polite">{test.data && <Verdict result={test.data} />}</div>
      </Card>
      {test.data?.listeners.map((listener) => (
        <ListenerCard key={listener.listener} listener={listener} />
      ))}
    </>
  );
}

function Verdict({ result: { isOpen, listeners, at, domain } }: { readonly result: SelfTest }): ReactNode {
  const probes = listeners.flatMap((listener) => listener.probes);
  const taken = probes.filter(({ verdict }) => verdict === 'taken').length;
  return (
    <MessageBar intent={isOpen ? 'error' : 'success'} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {isOpen
            ? `This relay is open: ${taken} of ${countOf(probes.length, 'probe')} were taken.`
            : `This relay is closed: none of ${countOf(probes.length, 'probe')} was taken.`}
        </MessageBarTitle>
        Tested <Moment at={at} show="full" /> with the domain {domain}.
      </MessageBarBody>
    </MessageBar>
  );
}

function ListenerCard({ listener }: { readonly listener: Listener }): ReactNode {
  const styles = useStyles();
  const { takenFor, address, probes } = listener;
  return (
    <Card
      title={`Listener ${listener.listener}`}
      actions={<CopyButton what="Protocol" text={() => asText(listener)} />}
    >
      {takenFor === undefined ? (
        <p>{`Asked as ${address}, an address that no real client has.`}</p>
      ) : (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {`Every unknown address is taken for the source ${takenFor}: its networks are too wide. Asked as ${address}.`}
          </MessageBarBody>
        </MessageBar>
      )}
      <Accordion multiple collapsible>
        {probes.map((probe) => (
          <AccordionItem key={probe.id} value={probe.id}>
            <AccordionHeader>
              <span className={styles.head}>
                <span className={styles.verdict}>
                  <StatusBadge tone={verdicts[probe.verdict][0]}>{verdicts[probe.verdict][1]}</StatusBadge>
                </span>
                <span>{probe.title}</span>
              </span>
            </AccordionHeader>
            <AccordionPanel>
              <p className={styles.why}>{probe.why}</p>
              <p className={styles.steps}>{probeText(probe)}</p>
            </AccordionPanel>
          </AccordionItem>
        ))}
      </Accordion>
    </Card>
  );
}

function probeText({ steps }: Probe): string {
  return steps
    .map(
      ({ line, reply }) =>
        `C: ${line}\n${reply
          .split(/\r?\n/)
          .map((said) => `S: ${said}`)
          .join('\n')}`,
    )
    .join('\n');
}

function asText({ listener, address, probes }: Listener): string {
  const parts = probes.map((probe) => `${probe.title}: ${verdicts[probe.verdict][1]}\n${probeText(probe)}`);
  return [`Listener ${listener}, asked as ${address}`, ...parts].join('\n\n');
}
