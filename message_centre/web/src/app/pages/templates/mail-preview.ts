import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import { DomSanitizer } from '@angular/platform-browser';

import { Texts } from '@core/i18n/texts';
import { frameDocument, knowsDarkMode } from './dark-mode';

export interface Rendered {
  readonly subject: string;
  readonly preheader: string | null;
  readonly html: string;
  readonly text: string | null;
}

export const VIEWS = ['desktop', 'phone', 'dark', 'text'] as const;
export type View = (typeof VIEWS)[number];

/** A mail as its recipient sees it. Its HTML stands in a frame that runs no scripts and belongs to no origin. */
@Component({
  selector: 'mc-mail-preview',
  imports: [MatButtonToggleModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-button-toggle-group
      [attr.aria-label]="texts.t('templates.view')"
      [value]="view()"
      [hideSingleSelectionIndicator]="true"
      (change)="view.set($event.value)"
    >
      @for (each of views; track each) {
        <mat-button-toggle [value]="each">{{ texts.word('templates.views', each) }}</mat-button-toggle>
      }
    </mat-button-toggle-group>
    <div class="mail" [class]="view()">
      <div class="head">
        <strong>{{ mail().subject || texts.t('templates.noSubject') }}</strong>
        @if (mail().preheader) {
          <span>{{ mail().preheader }}</span>
        }
      </div>
      @if (view() === 'text') {
        <pre tabindex="0" [attr.aria-label]="texts.t('templates.views.text')">{{
          mail().text ?? texts.t('templates.textGenerated')
        }}</pre>
      } @else {
        <iframe
          sandbox=""
          referrerpolicy="no-referrer"
          [title]="texts.t('templates.previewOf', { subject: mail().subject })"
          [srcdoc]="document()"
          [style.color-scheme]="view() === 'dark' ? 'dark' : 'light'"
        ></iframe>
      }
    </div>
    @if (view() === 'dark' && !ownDark()) {
      <p class="mc-muted">{{ texts.t('templates.darkGuess') }}</p>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-height: 0;
    }
    mat-button-toggle-group {
      align-self: flex-start;
    }
    .mail {
      display: flex;
      flex: 1 1 auto;
      flex-direction: column;
      box-sizing: border-box;
      width: 100%;
      min-height: 480px;
      overflow: hidden;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: 10px;
      background: #fff;
      transition: max-width 0.2s;
    }
    .phone,
    .dark {
      max-width: 375px;
      align-self: center;
      border-width: 6px;
      border-radius: 24px;
    }
    .head {
      display: grid;
      gap: 2px;
      padding: 10px 16px;
      border-bottom: 1px solid #dfe4e1;
      background: #f6f7f4;
      color: #16201c;
      overflow-wrap: anywhere;
    }
    .head span {
      font-size: 0.8125rem;
      color: #4c5a54;
    }
    .dark {
      background: #121212;
    }
    .dark .head {
      border-color: #333;
      background: #1e1e1e;
      color: #eee;
    }
    .dark .head span {
      color: #bbb;
    }
    iframe {
      flex: 1 1 auto;
      width: 100%;
      border: 0;
    }
    pre {
      flex: 1 1 auto;
      margin: 0;
      padding: 16px;
      overflow: auto;
      background: #fff;
      color: #16201c;
      font:
        13px/1.55 ui-monospace,
        SFMono-Regular,
        Menlo,
        monospace;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    p {
      margin: 0;
      font-size: 0.8125rem;
    }
  `,
})
export class MailPreview {
  readonly mail = input.required<Rendered>();
  readonly view = signal<View>('desktop');

  protected readonly texts = inject(Texts);
  protected readonly views = VIEWS;
  protected readonly ownDark = computed(() => knowsDarkMode(this.mail().html));
  private readonly sanitizer = inject(DomSanitizer);
  protected readonly document = computed(() =>
    // Trusted only with the frame's empty sandbox: no scripts, no forms, no links, an origin of its own.
    this.sanitizer.bypassSecurityTrustHtml(frameDocument(this.mail().html, this.view() === 'dark')),
  );
}
