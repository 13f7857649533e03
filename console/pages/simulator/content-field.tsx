/** The message of the question: typed or pasted, or a file taken octet for octet. */
import { Button, Checkbox, Field, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { simulatedBytesMax } from '../../../contract/simulated-bytes.ts';
import { OpenFiles } from '../../parts/open-files.tsx';
import { bytes as sizeOf } from '../../parts/words.ts';
import type { GivenContent } from './content.ts';
import { hasOnlyLineFeeds } from './content.ts';

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  name: { overflowWrap: 'anywhere', minWidth: 0 },
  mono: { '& textarea': { fontFamily: tokens.fontFamilyMonospace } },
});

export interface ContentFieldProps {
  readonly content: GivenContent | undefined;
  readonly fault: string | undefined;
  readonly onChange: (content: GivenContent | undefined) => void;
}

export function ContentField({ content, fault, onChange }: ContentFieldProps): ReactNode {
  const styles = useStyles();
  if (content?.kind === 'file') return <ChosenFile file={content} fault={fault} onChange={onChange} />;
  return (
    <>
      <Field
        label="Header or message"
        hint="Its lines are sent with CR LF. With it the header From is read here, and the size is its own."
        {...(fault !== undefined && { validationMessage: fault })}
      >
        <Textarea
          className={styles.mono}
          rows={5}
          resize="vertical"
          maxLength={simulatedBytesMax}
          value={content?.text ?? ''}
          onChange={(_event, { value }) => onChange(value === '' ? undefined : { kind: 'text', text: value })}
        />
      </Field>
      <div>
        <OpenFiles
          words="Open a message"
          label="File with a message"
          accept=".eml,.txt,message/rfc822,text/plain"
          onFiles={([file]) =>
            file &&
            onChange({
              kind: 'file',
              name: file.name,
              bytes: file.bytes,
              asText: hasOnlyLineFeeds(file.bytes),
            })
          }
        />
      </div>
    </>
  );
}

function ChosenFile({
  file,
  fault,
  onChange,
}: {
  readonly file: Extract<GivenContent, { kind: 'file' }>;
  readonly fault: string | undefined;
  readonly onChange: (content: GivenContent | undefined) => void;
}): ReactNode {
  const styles = useStyles();
  const { name, bytes, asText } = file;
  const rest = bytes.length > simulatedBytesMax ? `; the first ${sizeOf(simulatedBytesMax)} are judged` : '';
  return (
    <Field label="Header or message" {...(fault !== undefined && { validationMessage: fault })}>
      <div className={styles.row}>
        <span className={styles.name}>{`${name} (${sizeOf(bytes.length)}${rest})`}</span>
        <Button onClick={() => onChange(undefined)}>Take it away</Button>
      </div>
      <Checkbox
        label="Its line ends are sent as CR LF"
        checked={asText}
        onChange={(_event, { checked }) => onChange({ ...file, asText: checked === true })}
      />
    </Field>
  );
}
