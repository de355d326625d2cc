/** The editor's library, in a bundle of its own that is loaded when a source is edited. */
import { acceptCompletion, autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { html } from '@codemirror/lang-html';
import { jinja } from '@codemirror/lang-jinja';
import { bracketMatching, foldGutter, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { MergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface Remark {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly severity: 'error' | 'warning';
}

export interface EditorOptions {
  readonly label: string;
  readonly source: string;
  readonly editable: boolean;
  readonly variables: readonly string[];
  readonly changed: (source: string) => void;
  /** Ctrl+S or Cmd+S. */
  readonly save: () => void;
}

export interface Editor {
  set(source: string): void;
  variables(names: readonly string[]): void;
  editable(editable: boolean): void;
  remarks(remarks: readonly Remark[]): void;
  insert(text: string): void;
  focus(): void;
  goTo(line: number): void;
  destroy(): void;
}

const colours = HighlightStyle.define([
  { tag: tags.tagName, color: 'var(--mc-code-tag)' },
  { tag: [tags.angleBracket, tags.attributeName], color: 'var(--mc-code-attribute)' },
  { tag: [tags.string, tags.attributeValue], color: 'var(--mc-code-string)' },
  { tag: [tags.comment, tags.documentMeta], color: 'var(--mat-sys-on-surface-variant)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword], color: 'var(--mc-code-logic)', fontWeight: '600' },
  { tag: [tags.variableName, tags.propertyName], color: 'var(--mc-code-field)' },
  { tag: [tags.brace, tags.special(tags.brace)], color: 'var(--mc-code-logic)' },
  { tag: [tags.number, tags.bool], color: 'var(--mc-code-attribute)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--mat-sys-surface)', color: 'var(--mat-sys-on-surface)' },
  '&.cm-focused': { outline: '2px solid var(--mat-sys-primary)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, monospace',
    fontSize: '13px',
    lineHeight: '1.55',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--mat-sys-surface)',
    color: 'var(--mat-sys-on-surface-variant)',
    borderRight: '1px solid var(--mc-line)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--mat-sys-on-surface)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--mc-tint) 60%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--mat-sys-primary) 25%, transparent)',
  },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--mat-sys-surface-container-high)',
    color: 'var(--mat-sys-on-surface)',
    borderColor: 'var(--mat-sys-outline-variant)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--mat-sys-primary)',
    color: 'var(--mat-sys-on-primary)',
  },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--mc-warning) 30%, transparent)' },
});

function language(variables: readonly string[]): Extension {
  return jinja({
    base: html(),
    variables: variables.map((name) => ({ label: name, type: 'variable' })),
  });
}

function access(editable: boolean): Extension {
  return [EditorState.readOnly.of(!editable), EditorView.editable.of(editable)];
}

function common(label: string): Extension[] {
  return [
    lineNumbers(),
    highlightSpecialChars(),
    drawSelection(),
    syntaxHighlighting(colours),
    look,
    search({ top: true }),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
  ];
}

export function openEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const fields = new Compartment();
  const rights = new Compartment();
  let quiet = false;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.source,
      extensions: [
        ...common(options.label),
        foldGutter(),
        history(),
        indentUnit.of('  '),
        bracketMatching(),
        autocompletion(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        lintGutter(),
        fields.of(language(options.variables)),
        rights.of(access(options.editable)),
        // Tab leaves the editor, as it leaves any other field; it only takes what the list of completions offers.
        keymap.of([
          { key: 'Mod-s', preventDefault: true, run: () => (options.save(), true) },
          { key: 'Tab', run: acceptCompletion },
          ...completionKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) options.changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    set: (source) => {
      if (source === view.state.doc.toString()) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source } });
      quiet = false;
    },
    variables: (names) => {
      view.dispatch({ effects: fields.reconfigure(language(names)) });
    },
    editable: (editable) => {
      view.dispatch({ effects: rights.reconfigure(access(editable)) });
    },
    remarks: (remarks) => {
      view.dispatch(
        setDiagnostics(
          view.state,
          remarks.map((each) => diagnostic(view.state, each)),
        ),
      );
    },
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    focus: () => {
      view.focus();
    },
    goTo: (line) => {
      const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      view.focus();
    },
    destroy: () => {
      view.destroy();
    },
  };
}

function diagnostic(state: EditorState, remark: Remark): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(1, remark.line), state.doc.lines));
  return { from: line.from, to: line.to, severity: remark.severity, message: remark.text };
}

export interface Side {
  readonly label: string;
  readonly source: string;
}

/** Two sources side by side, with what differs marked and what is equal folded. */
export function openDifference(parent: HTMLElement, left: Side, right: Side): { destroy(): void } {
  const side = ({ label, source }: Side) => ({
    doc: source,
    extensions: [...common(label), language([]), access(false)],
  });
  return new MergeView({
    parent,
    a: side(left),
    b: side(right),
    collapseUnchanged: { margin: 3, minSize: 6 },
    gutter: true,
  });
}
