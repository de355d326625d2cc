/** The text editor's library, in a bundle of its own that is loaded when a design is edited. */
import { baseKeymap, chainCommands, toggleMark } from 'prosemirror-commands';
import { InputRule, inputRules, wrappingInputRule } from 'prosemirror-inputrules';
import { keymap } from 'prosemirror-keymap';
import { Fragment, type MarkType, type Node, type Schema, Slice } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import { type Command, EditorState, NodeSelection, Plugin, TextSelection } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';

import { cleanFallback, isFieldName, parts, type Field } from './model/fields.ts';
import type { RichText } from './model/rich-text.ts';
import { LINES, PARAGRAPHS } from './prose-schema';

export interface ProseOptions {
  readonly label: string;
  readonly body: RichText;
  /** Whether lists can be written. */
  readonly lists: boolean;
  readonly editable: boolean;
  readonly changed: (body: RichText) => void;
  readonly focused: () => void;
  /** What the caret stands in may have changed. */
  readonly moved: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** A field was clicked. */
  readonly field: (field: Field) => void;
  /** Ctrl+K or Cmd+K. */
  readonly link: () => void;
}

export type Look = 'strong' | 'em' | 'bullet_list' | 'ordered_list';

export interface Prose {
  readonly lists: boolean;
  set(body: RichText): void;
  editable(editable: boolean): void;
  /** Puts a field where the caret is, in place of one that is selected. */
  insertField(field: Field): void;
  toggle(look: Look): void;
  has(look: Look | 'link'): boolean;
  /** The link that the caret is in, and whether words are selected that could become one. */
  link(): { href: string; words: boolean };
  /** Makes what is selected, or the link that the caret is in, lead there; empty: nowhere. */
  setLink(href: string, words: string): void;
  focus(): void;
  destroy(): void;
}

export function openProse(place: HTMLElement, options: ProseOptions): Prose {
  const schema = options.lists ? PARAGRAPHS : LINES;
  let mayEdit = options.editable;
  const view = new EditorView(place, {
    state: EditorState.create({ doc: schema.nodeFromJSON(options.body), plugins: plugins(schema, options) }),
    editable: () => mayEdit,
    attributes: {
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': options.label,
      class: 'mc-prose',
      spellcheck: 'true',
    },
    dispatchTransaction(transaction) {
      view.updateState(view.state.apply(transaction));
      if (transaction.docChanged && !transaction.getMeta('outside')) {
        options.changed(view.state.doc.toJSON() as RichText);
      }
      options.moved();
    },
    handleDOMEvents: {
      focus: () => {
        options.focused();
        return false;
      },
    },
    handleClickOn(_, at, node) {
      if (node.type !== schema.nodes['variable'] || !mayEdit) return false;
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
      options.field(node.attrs as Field);
      return true;
    },
    transformPasted: (slice) => new Slice(withFields(slice.content, schema), slice.openStart, slice.openEnd),
  });

  const mark = (name: string) => markOf(schema, name);
  const run = (command: Command) => {
    command(view.state, view.dispatch, view);
    view.focus();
  };
  return {
    lists: options.lists,
    set(body) {
      const doc = schema.nodeFromJSON(body);
      if (doc.eq(view.state.doc)) return;
      const { tr, selection } = view.state;
      tr.replaceWith(0, view.state.doc.content.size, doc.content).setMeta('outside', true);
      const caret = Math.min(selection.head, tr.doc.content.size);
      view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(caret))));
    },
    editable(editable) {
      mayEdit = editable;
      view.setProps({ editable: () => mayEdit });
    },
    insertField({ name, fallback }) {
      if (!isFieldName(name)) return;
      const node = schema.node('variable', { name, fallback: cleanFallback(fallback) });
      view.dispatch(view.state.tr.replaceSelectionWith(node, true).scrollIntoView());
      view.focus();
    },
    toggle(look) {
      if (look === 'strong' || look === 'em') run(toggleMark(mark(look)));
      else run(toggleList(schema, look));
    },
    has(look) {
      if (look === 'bullet_list' || look === 'ordered_list') return listAround(view.state)?.type.name === look;
      const { from, to, empty, $from } = view.state.selection;
      const marks = view.state.storedMarks ?? $from.marks();
      return empty ? marks.some(({ type }) => type.name === look) : view.state.doc.rangeHasMark(from, to, mark(look));
    },
    link() {
      const range = linkRange(view.state, mark('link'));
      return { href: range?.href ?? '', words: !view.state.selection.empty || range !== null };
    },
    setLink(href, words) {
      const { selection, tr } = view.state;
      const range = selection.empty ? linkRange(view.state, mark('link')) : selection;
      if (range) {
        tr.removeMark(range.from, range.to, mark('link'));
        if (href) tr.addMark(range.from, range.to, mark('link').create({ href }));
      } else if (href) {
        tr.replaceSelectionWith(schema.text(words || href, [mark('link').create({ href })]), false);
      }
      view.dispatch(tr);
      view.focus();
    },
    focus() {
      view.focus();
    },
    destroy() {
      view.destroy();
    },
  };
}

function markOf(schema: Schema, name: string): MarkType {
  const found = schema.marks[name];
  if (!found) throw new Error(`no mark ${name}`);
  return found;
}

function plugins(schema: Schema, options: ProseOptions): Plugin[] {
  const { list_item: item, bullet_list: bullets, ordered_list: numbers } = schema.nodes;
  const history = (act: () => void): Command => {
    return () => {
      act();
      return true;
    };
  };
  const newLine: Command = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(schema.node('hard_break')).scrollIntoView());
    return true;
  };
  const editField: Command = ({ selection }) => {
    if (!(selection instanceof NodeSelection) || selection.node.type.name !== 'variable') return false;
    options.field(selection.node.attrs as Field);
    return true;
  };
  const keys: Record<string, Command> = {
    'Mod-z': history(options.undo),
    'Mod-y': history(options.redo),
    'Shift-Mod-z': history(options.redo),
    'Mod-b': toggleMark(markOf(schema, 'strong')),
    'Mod-i': toggleMark(markOf(schema, 'em')),
    'Mod-k': history(options.link),
    'Shift-Enter': newLine,
    Enter: item ? chainCommands(editField, splitListItem(item)) : chainCommands(editField, newLine),
  };
  if (item) {
    keys['Mod-['] = liftListItem(item);
    keys['Mod-]'] = sinkListItem(item);
  }
  const rules = [
    new InputRule(/\{\{\s*([A-Za-z_]\w*)\s*\}\}$/, (state, [, name = ''], start, end) =>
      isFieldName(name) ? state.tr.replaceWith(start, end, schema.node('variable', { name, fallback: '' })) : null,
    ),
    ...(bullets ? [wrappingInputRule(/^\s*[-*]\s$/, bullets)] : []),
    ...(numbers ? [wrappingInputRule(/^1[.)]\s$/, numbers)] : []),
  ];
  return [inputRules({ rules }), keymap(keys), keymap(baseKeymap)];
}

/** Fields that were pasted as text become fields. */
function withFields(content: Fragment, schema: Schema): Fragment {
  const nodes: Node[] = [];
  content.forEach((node) => {
    if (!node.isText) {
      nodes.push(node.copy(withFields(node.content, schema)));
      return;
    }
    for (const part of parts(node.text ?? '')) {
      nodes.push(
        typeof part === 'string' ? schema.text(part, node.marks) : schema.node('variable', part, undefined, node.marks),
      );
    }
  });
  return Fragment.from(nodes);
}

function listAround(state: EditorState): Node | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type.name.endsWith('_list')) return node;
  }
  return null;
}

function toggleList(schema: Schema, look: 'bullet_list' | 'ordered_list'): Command {
  return (state, dispatch) => {
    const [list, item] = [schema.nodes[look], schema.nodes['list_item']];
    if (!list || !item) return false;
    const around = listAround(state);
    if (!around) return wrapInList(list)(state, dispatch);
    if (around.type === list) return liftListItem(item)(state, dispatch);
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      if ($from.node(depth) === around) {
        dispatch?.(state.tr.setNodeMarkup($from.before(depth), list));
        return true;
      }
    }
    return false;
  };
}

/** The whole link around the selection's beginning. */
function linkRange(state: EditorState, link: MarkType): { from: number; to: number; href: string } | null {
  const { $from } = state.selection;
  const { parent, parentOffset } = $from;
  const after = parent.childAfter(parentOffset);
  const found = [after, parent.childBefore(parentOffset)].find(({ node }) => node && link.isInSet(node.marks));
  const mark = found?.node && link.isInSet(found.node.marks);
  if (!found || !mark) return null;
  const has = (index: number) => index >= 0 && index < parent.childCount && mark.isInSet(parent.child(index).marks);
  let [first, last] = [found.index, found.index];
  let from = $from.start() + found.offset;
  let to = from + parent.child(first).nodeSize;
  while (has(first - 1)) from -= parent.child(--first).nodeSize;
  while (has(last + 1)) to += parent.child(++last).nodeSize;
  return { from, to, href: String(mark.attrs['href']) };
}
