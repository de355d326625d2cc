import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  model,
  output,
  signal,
  viewChild,
} from '@angular/core';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import type { Editor, Remark } from './code-mirror';

/** Edits the HTML of a mail. Its library is loaded when the editor is shown first. */
@Component({
  selector: 'mc-code-editor',
  imports: [ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="open()" />
    } @else if (!editor()) {
      <mc-skeleton [count]="10" [height]="14" />
    }
    <div #place class="place"></div>
  `,
  styles: `
    :host {
      --mc-code-tag: light-dark(#0f6b5c, #86d5c3);
      --mc-code-attribute: light-dark(#7a4a00, #f0b458);
      --mc-code-string: light-dark(#2c5f2d, #a7d69c);
      --mc-code-logic: light-dark(#8a2b5e, #f29ac4);
      --mc-code-field: light-dark(#2c62b4, #8fb8f7);
      display: block;
      min-height: 0;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: 10px;
      overflow: hidden;
      background: var(--mat-sys-surface);
    }
    mc-skeleton,
    mc-problem {
      margin: 12px;
    }
    .place {
      height: 100%;
    }
  `,
})
export class CodeEditor {
  readonly source = model.required<string>();
  readonly label = input.required<string>();
  /** Names of fields that are offered while typing. */
  readonly variables = input<readonly string[]>([]);
  readonly remarks = input<readonly Remark[]>([]);
  readonly editable = input(true);
  readonly save = output();

  protected readonly texts = inject(Texts);
  protected readonly editor = signal<Editor | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  private readonly place = viewChild.required<ElementRef<HTMLElement>>('place');
  private readonly names = computed(() => this.variables().join('\n'));
  private destroyed = false;

  constructor() {
    afterNextRender(() => void this.open());
    inject(DestroyRef).onDestroy(() => {
      this.destroyed = true;
      this.editor()?.destroy();
    });
    effect(() => this.editor()?.set(this.source()));
    effect(() => this.editor()?.variables(this.names().split('\n').filter(Boolean)));
    effect(() => this.editor()?.editable(this.editable()));
    effect(() => this.editor()?.remarks(this.remarks()));
  }

  insert(text: string): void {
    this.editor()?.insert(text);
  }

  goTo(line: number): void {
    this.editor()?.goTo(line);
  }

  protected async open(): Promise<void> {
    this.problem.set(null);
    try {
      const { openEditor } = await import('./code-mirror');
      if (this.destroyed) return;
      this.editor.set(
        openEditor(this.place().nativeElement, {
          label: this.label(),
          source: this.source(),
          editable: this.editable(),
          variables: this.variables(),
          changed: (source) => {
            this.source.set(source);
          },
          save: () => {
            this.save.emit();
          },
        }),
      );
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }
}
