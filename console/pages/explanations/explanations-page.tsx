/** "What does this mean?": a pasted reply, error or returned message, explained with the values of this relay. */
import { Button, Field, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import { BookQuestionMarkRegular } from '@fluentui/react-icons/svg/book-question-mark';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import type { Given } from '../../api/types.ts';
import { useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { OpenFiles } from '../../parts/open-files.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Explained } from './explained.tsx';

type Where = NonNullable<Given<'explain'>['body']['where']>;

/** Characters that the relay takes. */
const mostCharacters = 524_288;

const places: readonly (readonly [Where, string])[] = [
  ['mx', 'SMTP to the MX of Microsoft 365'],
  ['submission', 'SMTP submission with a login'],
  ['hve', 'High Volume Email'],
  ['acs', 'Azure Communication Services'],
  ['graph', 'Microsoft Graph'],
  ['identity', 'Sign-in (token endpoint)'],
  ['ndr', 'A returned message'],
];

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  text: { '& textarea': { fontFamily: tokens.fontFamilyMonospace, maxHeight: 'none' } },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [text, setText] = useState('');
  const [where, setWhere] = useState<Where>();
  const explain = useChange('explain', []);
  const isTooLong = text.length > mostCharacters;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    explain.mutate({ body: { text, ...(where !== undefined && { where }) } });
  };
  return (
    <PageFrame
      title="Explanations"
      lead="What a reply, an error or a returned message means. It is explained by this relay alone: nothing is asked of anybody, and the text is not kept."
    >
      <div className={styles.columns}>
        <Card title="The text">
          <form className={styles.form} onSubmit={submit}>
            <Field
              label="Reply, error, piece of a log, or a whole returned message"
              required
              {...(isTooLong && { validationMessage: 'At most 524 288 characters' })}
            >
              <Textarea
                className={styles.text}
                rows={10}
                resize="vertical"
                placeholder="550 5.7.1 …"
                value={text}
                onChange={(_event, { value }) => setText(value)}
              />
            </Field>
            <div style={{ display: 'flex' }}>
              <ChoiceField
                label="Where it was met"
                any="Not known"
                value={where}
                choices={places}
                onChange={setWhere}
              />
            </div>
            <div className={styles.buttons}>
              <Button
                type="submit"
                appearance="primary"
                disabled={text.trim() === '' || isTooLong || explain.isPending}
              >
                Explain
              </Button>
              <OpenFiles
                words="Open a file"
                label="File with a returned message"
                accept=".eml,.txt,.log,message/rfc822,text/plain"
                onFiles={([file]) => {
                  if (file) setText(file.text);
                }}
              />
            </div>
          </form>
        </Card>
        <div aria-live="polite">
          {explain.error && explain.error.status !== 404 && <ErrorState problem={explain.error} />}
          {explain.error?.status === 404 && (
            <Card title="Not known">
              <EmptyState title="Nothing is known about this text" icon={BookQuestionMarkRegular}>
                Known are replies of Microsoft 365, of its token endpoint and of Graph, and those of this
                relay. A reply of another server means what its number says: 4 at its head may pass, 5 does
                not (RFC 5321 4.2.1).
              </EmptyState>
            </Card>
          )}
          {explain.data && !explain.error && <Explained explained={explain.data} />}
          {!explain.data && !explain.error && (
            <Card title="What it means">
              <EmptyState title="Nothing asked yet" icon={BookQuestionMarkRegular}>
                Paste what a device shows, what a user got back, or a line of a log. A returned message may be
                opened as a file (.eml).
              </EmptyState>
            </Card>
          )}
        </div>
      </div>
    </PageFrame>
  );
}
