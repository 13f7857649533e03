/** A source as a form, with the entry of the policy beside it: whichever is changed, the other follows. */
import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { Card } from '../../parts/card.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import type { Finding } from '../../parts/finding-list.tsx';
import { faultsAmong, FindingList } from '../../parts/finding-list.tsx';
import { YamlEditor } from '../../parts/yaml-editor.tsx';
import { countOf } from '../../parts/words.ts';
import type { Draft, Entry, Place } from './draft.ts';
import { draftOf, draftOfYaml, textAt, withValueAt } from './draft.ts';
import { EditingProvider } from './fields.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { SourceForm } from './source-form.tsx';
import { useCheck } from './use-check.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  side: {
    position: 'sticky',
    top: tokens.spacingVerticalL,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    '@media (max-width: 1099px)': { position: 'static' },
  },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

const noFindings: readonly Finding[] = [];

export interface SourceEditorProps {
  readonly entry: Entry;
  /** Name of the source that is changed; absent: a new one. */
  readonly replaces?: string;
  /** Of the entry that is changed. */
  readonly etag?: string;
  readonly onSaved: (name: string) => void;
  readonly onCancel: () => void;
}

export function SourceEditor({ entry, replaces, etag, onSaved, onCancel }: SourceEditorProps): ReactNode {
  const styles = useStyles();
  const [first] = useState(entry);
  const [draft, setDraft] = useState<Draft>(() => draftOf(first));
  const [saving, setSaving] = useState(false);
  const checked = useCheck(draft.entry, replaces);
  const { base, check, isSettled, problem } = checked;
  // An empty form is no mistake of anybody yet.
  const isUntouched = replaces === undefined && draft.entry === first && textAt(first, ['name']) === '';
  const findings = isUntouched ? noFindings : checked.findings;
  const editing = useMemo(
    () => ({
      entry: draft.entry,
      base,
      findings,
      set: (place: Place, value: unknown) =>
        setDraft((before) => draftOf(withValueAt(before.entry, place, value))),
    }),
    [draft.entry, base, findings],
  );
  const faults = faultsAmong(findings) + (draft.unreadable === undefined ? 0 : 1);
  const isReady = isSettled && check?.valid === true && draft.unreadable === undefined;
  const isUnchanged = replaces !== undefined && check?.diff.length === 0;
  return (
    <div className={styles.columns}>
      <Card>
        <EditingProvider value={editing}>
          <SourceForm />
        </EditingProvider>
      </Card>
      <div className={styles.side}>
        <Card title="The entry of the policy">
          <YamlEditor
            label="Entry as YAML"
            rows={18}
            value={draft.yaml}
            onChange={(yaml) => setDraft((before) => draftOfYaml(yaml, before.entry))}
          />
          {draft.unreadable !== undefined && (
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody>{draft.unreadable}</MessageBarBody>
            </MessageBar>
          )}
          <div aria-live="polite">
            <FindingList findings={findings} />
            {isReady && findings.length === 0 && <p>The relay would take this as it is.</p>}
          </div>
          {problem && <ErrorState problem={problem} />}
          <div className={styles.buttons}>
            <Button appearance="primary" disabled={!isReady || isUnchanged} onClick={() => setSaving(true)}>
              {faults > 0 ? `${countOf(faults, 'fault')} to mend` : 'See the effect and save'}
            </Button>
            <Button onClick={onCancel}>Cancel</Button>
          </div>
        </Card>
      </div>
      {saving && check && (
        <SaveDialog
          entry={draft.entry}
          check={check}
          replaces={replaces}
          etag={etag}
          onSaved={onSaved}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}
