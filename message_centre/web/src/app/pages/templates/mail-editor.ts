import {
  ChangeDetectionStrategy,
  Component,
  ModelSignal,
  computed,
  inject,
  input,
  model,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { CircleAlert, TriangleAlert } from 'lucide';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { CodeEditor } from './code-editor';
import type { Remark } from './code-mirror';
import { draftRender } from './draft-render';
import { parseFinding } from './findings';
import { MailPreview, Rendered } from './mail-preview';

/** Fields that the platform gives every mail. */
export const GIVEN = ['email', 'unsubscribe_url'];

/** Writes a mail on the one side and shows it on the other. */
@Component({
  selector: 'mc-mail-editor',
  imports: [
    CodeEditor,
    Icon,
    MailPreview,
    MatButton,
    MatButtonToggleModule,
    MatFormFieldModule,
    MatInput,
    ProblemPanel,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mail-editor.html',
  styleUrl: './mail-editor.scss',
})
export class MailEditor {
  readonly html = model.required<string>();
  readonly subject = model.required<string>();
  readonly preheader = model.required<string>();
  readonly editable = input(true);
  /** Fields that the recipients have. */
  readonly fields = input<readonly string[]>([]);
  /** What the platform found in the version that was saved last. */
  readonly findings = input<readonly string[]>([]);
  /** Whether that version cannot be used. */
  readonly invalid = input(false);
  /** The saved version as the platform renders it; null while there is none. */
  readonly rendered = input<Rendered | null>(null);
  readonly renderProblem = input<Problem | null>(null);
  /** Whether the sources differ from the saved version. */
  readonly dirty = input(false);
  readonly save = output();
  readonly retryPreview = output();

  protected readonly texts = inject(Texts);
  protected readonly side = signal<'write' | 'look'>('write');
  protected readonly errorIcon = CircleAlert;
  protected readonly warningIcon = TriangleAlert;
  private readonly code = viewChild(CodeEditor);

  protected readonly variables = computed(() => [...new Set([...this.fields(), ...GIVEN])]);
  protected readonly parsed = computed(() => this.findings().map(parseFinding));
  protected readonly remarks = computed<Remark[]>(() =>
    // Lines are those of the saved version: after a change they may be somewhere else.
    this.dirty()
      ? []
      : this.parsed().flatMap(({ source, line, text }) =>
          source === 'html' && line !== null ? [{ line, text, severity: this.invalid() ? 'error' : 'warning' }] : [],
        ),
  );
  /** What is shown: the draft while it is being written, else what the platform rendered. */
  protected readonly shown = computed<Rendered>(() => (this.dirty() ? null : this.rendered()) ?? this.draft());
  private readonly draft = computed<Rendered>(() => ({
    subject: draftRender(this.subject(), false),
    preheader: draftRender(this.preheader(), false) || null,
    html: draftRender(this.html(), true),
    text: null,
  }));

  /** Shows the mail where there is room for one side only. */
  look(): void {
    this.side.set('look');
  }

  /** A field that is just being emptied may be about to be filled anew: that it is empty counts when it is left. */
  protected type(line: ModelSignal<string>, text: string): void {
    if (text) {
      line.set(text);
    }
  }

  protected insert(name: string): void {
    this.code()?.insert(`{{ ${name} }}`);
  }

  protected goTo(line: number | null): void {
    if (line !== null) this.code()?.goTo(line);
  }
}
