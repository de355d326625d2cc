import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  model,
  output,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ChevronDown, ChevronUp, TriangleAlert } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { AddBlock, KIND_NAMES } from './add-block';
import { BlockSettings } from './block-settings';
import { DesignCanvas } from './design-canvas';
import { DesignStore } from './design-store';
import { MailSettings } from './mail-settings';
import { fieldNames, remarks, type Remark } from './model/checks.ts';
import { find } from './model/edit.ts';
import { readSource, writeSource } from './model/source.ts';
import { TextTools } from './text-tools';

/** Edits a mail as blocks: the mail itself, beside it what can be set, below what is worth mending. */
@Component({
  selector: 'mc-design-editor',
  imports: [AddBlock, BlockSettings, DesignCanvas, Icon, MailSettings, MatButton, TextTools],
  providers: [DesignStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './design-editor.html',
  styleUrl: './design-editor.scss',
  host: { '(document:keydown)': 'key($event)' },
})
export class DesignEditor {
  /** The source with the design in it. */
  readonly source = model.required<string>();
  readonly editable = input(true);
  /** Fields that the recipients have. */
  readonly fields = input<readonly string[]>([]);
  readonly save = output();

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  protected readonly icons = { warning: TriangleAlert, up: ChevronUp, down: ChevronDown };
  /** Whether the settings are shown where there is no room beside the mail. */
  protected readonly open = signal(false);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private written = '';

  protected readonly names = computed(() => {
    const design = this.store.design();
    return [...new Set([...this.fields(), ...(design ? fieldNames(design) : [])])];
  });
  protected readonly remarks = computed(() => {
    const design = this.store.design();
    return design ? remarks(design) : [];
  });
  protected readonly title = computed(() => {
    const block = this.store.block();
    return this.texts.t(block ? KIND_NAMES[block.kind] : 'design.wholeMail');
  });

  constructor() {
    effect(() => {
      const source = this.source();
      if (source === this.written) return;
      this.written = source;
      const { design } = readSource(source);
      if (design)
        untracked(() => {
          this.store.open(design);
        });
    });
    effect(() => {
      const editable = this.editable();
      untracked(() => {
        this.store.editable.set(editable);
      });
    });
    effect(() => {
      const changes = this.store.changes();
      const design = untracked(this.store.design);
      if (!changes || !design) return;
      this.written = writeSource(design);
      untracked(() => {
        this.source.set(this.written);
      });
    });
  }

  protected about(remark: Remark): string {
    const design = this.store.design();
    const block = design && remark.id !== null ? find(design, remark.id) : null;
    return this.texts.t(block ? KIND_NAMES[block.kind] : 'design.wholeMail');
  }

  protected goTo(remark: Remark): void {
    this.store.selected.set(remark.id);
    this.open.set(true);
    if (remark.id === null) return;
    document.querySelector<HTMLElement>(`mc-design-canvas [data-block="${remark.id}"]`)?.focus();
  }

  protected key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey)) return;
    // What had the focus may be gone with the last change.
    const here = event.target === document.body || (event.target instanceof Node && this.host.contains(event.target));
    if (!here) return;
    const key = event.key.toLowerCase();
    // Within lines and texts the keys are their own.
    const typing = event.target instanceof HTMLInputElement || (event.target as HTMLElement).isContentEditable;
    if (key === 's') this.save.emit();
    else if (typing) return;
    else if (key === 'z' && !event.shiftKey) this.store.undo();
    else if (key === 'y' || (key === 'z' && event.shiftKey)) this.store.redo();
    else return;
    event.preventDefault();
  }
}
