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
import { CircleAlert, TriangleAlert } from 'lucide';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { Confirm } from '@shared/confirm';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { DesignEditor } from '../mail-design/design-editor';
import { readSource, writeSource } from '../mail-design/model/source.ts';
import { TemplateLine } from '../mail-design/template-line';
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
    DesignEditor,
    Icon,
    MailPreview,
    MatButton,
    MatButtonToggleModule,
    ProblemPanel,
    Skeleton,
    TemplateLine,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mail-editor.html',
  styleUrl: './mail-editor.scss',
  host: { '[class.blocks]': 'visual()' },
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

  private readonly confirm = inject(Confirm);
  protected readonly texts = inject(Texts);
  protected readonly side = signal<'write' | 'look'>('write');
  protected readonly errorIcon = CircleAlert;
  protected readonly warningIcon = TriangleAlert;
  private readonly code = viewChild(CodeEditor);

  /** The HTML, and the design that it was made of if there is one. */
  protected readonly parts = computed(() => readSource(this.html()));
  /** Whether somebody who could edit blocks looks at the HTML instead. */
  protected readonly asCode = signal(false);
  protected readonly visual = computed(() => this.parts().intact && !this.asCode());

  /** What a subject with fields reads like. */
  protected readonly subjectHint = computed(() =>
    this.subject().includes('{{')
      ? this.texts.t('templates.readsAs', { text: draftRender(this.subject(), false) })
      : '',
  );
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

  /** The design stays with HTML that is changed, so that it can be gone back to. */
  protected writeCode(code: string): void {
    const { html, comment } = this.parts();
    if (code !== html) this.html.set(code + comment);
  }

  protected async backToBlocks(): Promise<void> {
    const { design, intact } = this.parts();
    if (!design) return;
    if (intact) {
      this.asCode.set(false);
      return;
    }
    await this.confirm.ask({
      title: this.texts.t('design.backTitle'),
      text: this.texts.t('design.backText'),
      facts: [this.texts.t('design.backKept')],
      action: this.texts.t('design.back'),
      destructive: true,
      run: () => {
        this.asCode.set(false);
        this.html.set(writeSource(design));
        return Promise.resolve();
      },
    });
  }

  protected insert(name: string): void {
    this.code()?.insert(`{{ ${name} }}`);
  }

  protected goTo(line: number | null): void {
    if (line !== null) this.code()?.goTo(line);
  }
}
