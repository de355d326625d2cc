import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  ViewEncapsulation,
  afterNextRender,
  effect,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';

import { Problem } from '@core/api/problem';
import { ProblemPanel } from '@shared/problem-panel';
import { AskField } from './field-dialog';
import { AskLink } from './link-dialog';
import { DesignStore } from './design-store';
import type { Field } from './model/fields.ts';
import type { RichText } from './model/rich-text.ts';
import type { Prose } from './prose';

/** A text of the mail, written where it stands. */
@Component({
  selector: 'mc-rich-field',
  imports: [ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  encapsulation: ViewEncapsulation.None,
  template: `
    @if (problem(); as problem) {
      <mc-problem [problem]="problem" (retry)="open()" />
    }
    <div #place></div>
  `,
  styleUrl: './rich-field.scss',
})
export class RichField {
  readonly body = input.required<RichText>();
  readonly label = input.required<string>();
  readonly lists = input(false);
  readonly fields = input<readonly string[]>([]);
  readonly bodyChange = output<RichText>();
  readonly entered = output();

  private readonly askField = inject(AskField);
  private readonly askLink = inject(AskLink);
  private readonly store = inject(DesignStore);
  protected readonly problem = signal<Problem | null>(null);
  private readonly place = viewChild.required<ElementRef<HTMLElement>>('place');
  private readonly prose = signal<Prose | null>(null);
  private destroyed = false;

  constructor() {
    afterNextRender(() => void this.open());
    effect(() => this.prose()?.set(this.body()));
    effect(() => this.prose()?.editable(this.store.editable()));
    inject(DestroyRef).onDestroy(() => {
      this.destroyed = true;
      const prose = this.prose();
      if (prose && this.store.writing() === prose) this.store.writing.set(null);
      prose?.destroy();
    });
  }

  protected async open(): Promise<void> {
    this.problem.set(null);
    try {
      const { openProse } = await import('./prose');
      if (this.destroyed) return;
      const prose: Prose = openProse(this.place().nativeElement, {
        label: this.label(),
        body: this.body(),
        lists: this.lists(),
        editable: this.store.editable(),
        changed: (body) => {
          this.bodyChange.emit(body);
        },
        focused: () => {
          this.store.writing.set(prose);
          this.entered.emit();
        },
        moved: () => {
          this.store.moved.update((times) => times + 1);
        },
        undo: () => {
          this.store.undo();
        },
        redo: () => {
          this.store.redo();
        },
        field: (field) => void this.changeField(prose, field),
        link: () => void this.askLink.ask(prose),
      });
      this.prose.set(prose);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  private async changeField(prose: Prose, field: Field): Promise<void> {
    const changed = await this.askField.ask(this.fields(), field);
    if (changed) prose.insertField(changed);
    else prose.focus();
  }
}
